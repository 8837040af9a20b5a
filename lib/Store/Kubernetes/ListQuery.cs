namespace Calico.Store.Kubernetes;

/// <summary>Which objects of a kind.</summary>
/// <param name="Namespace">Empty is all namespaces, and what a kind without takes.</param>
/// <param name="LabelSelector">As kubectl writes it, such as <c>app=web,tier!=db</c>; empty selects all.</param>
/// <param name="FieldSelector">Such as <c>spec.nodeName=node-1</c>; empty selects all.</param>
/// <param name="PageSize">Objects per round trip of a list.</param>
public sealed record ListQuery(string Namespace = "", string LabelSelector = "", string FieldSelector = "", int PageSize = 500)
{
    public static ListQuery All { get; } = new();

    /// <summary>One object, which a watch needs a list for.</summary>
    public static ListQuery Single(string ns, string name) => new(ns, FieldSelector: $"metadata.name={name}");

    public static ListQuery PodsOfNode(string node) => new(FieldSelector: $"spec.nodeName={node}");
}
