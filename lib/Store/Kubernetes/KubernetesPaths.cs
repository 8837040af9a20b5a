using System.Globalization;
using System.Text;

namespace Calico.Store.Kubernetes;

/// <summary>Paths and queries of the Kubernetes API.</summary>
internal static class KubernetesPaths
{
    public static string Group(KubernetesKind kind) => kind.Group.Length == 0 ? $"api/{kind.Version}" : $"apis/{kind.Group}/{kind.Version}";

    /// <summary>Where objects of a kind are listed and made; with an empty namespace those of all namespaces.</summary>
    public static string Collection(KubernetesKind kind, string ns) =>
        kind.IsNamespaced && ns.Length > 0 ? $"{Group(kind)}/namespaces/{Escape(ns)}/{kind.Plural}" : $"{Group(kind)}/{kind.Plural}";

    /// <exception cref="ArgumentException">A name is missing, or there is a namespace where none belongs.</exception>
    public static string Single(KubernetesKind kind, string ns, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (kind.IsNamespaced != ns.Length > 0)
        {
            throw new ArgumentException(kind.IsNamespaced ? $"{kind} '{name}' needs a namespace" : $"{kind} have no namespace, and '{name}' is given '{ns}'", nameof(ns));
        }

        return $"{Collection(kind, ns)}/{Escape(name)}";
    }

    public static string Page(KubernetesKind kind, ListQuery query, int limit, string continuation) =>
        new QueryText(Collection(kind, query.Namespace))
            .Add("labelSelector", query.LabelSelector)
            .Add("fieldSelector", query.FieldSelector)
            .Add("limit", limit == 0 ? "" : limit.ToString(CultureInfo.InvariantCulture))
            .Add("continue", continuation)
            .ToString();

    public static string Watch(KubernetesKind kind, ListQuery query, string resourceVersion, TimeSpan duration) =>
        new QueryText(Collection(kind, query.Namespace))
            .Add("watch", "1")
            .Add("allowWatchBookmarks", "true")
            .Add("resourceVersion", resourceVersion)
            .Add("timeoutSeconds", ((int)duration.TotalSeconds).ToString(CultureInfo.InvariantCulture))
            .Add("labelSelector", query.LabelSelector)
            .Add("fieldSelector", query.FieldSelector)
            .ToString();

    public static string Patched(KubernetesKind kind, string ns, string name, Patch patch)
    {
        var path = Single(kind, ns, name);
        return new QueryText(patch.Subresource.Length == 0 ? path : $"{path}/{patch.Subresource}")
            .Add("fieldManager", patch.FieldManager)
            .Add("force", patch.IsForced ? "true" : "")
            .ToString();
    }

    private static string Escape(string text) => Uri.EscapeDataString(text);

    private sealed class QueryText(string path)
    {
        private readonly StringBuilder _text = new(path);
        private char _separator = '?';

        public QueryText Add(string name, string value)
        {
            if (value.Length > 0)
            {
                _text.Append(_separator).Append(name).Append('=').Append(Escape(value));
                _separator = '&';
            }

            return this;
        }

        public override string ToString() => _text.ToString();
    }
}
