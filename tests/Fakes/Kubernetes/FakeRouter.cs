using System.Globalization;
using System.Text.Json.Nodes;
using Calico.Store.Kubernetes;

namespace Calico.Tests.Fakes.Kubernetes;

/// <summary>What each path and method of the API does. Watches are told apart before.</summary>
internal sealed class FakeRouter(FakeObjects objects, IReadOnlyDictionary<KubernetesKind, bool> kinds, TimeProvider time)
{
    private int _tokens;

    public (int Code, JsonObject Body) Handle(FakeRequest request)
    {
        var path = Parse(request.Path);
        if (path.Kind is null)
        {
            return (200, Discovery(path));
        }

        var key = FakeObjectKey.Of(path.Kind, path.Namespace, path.Name);
        var hasStatus = kinds[path.Kind];
        return (request.Method, path.Name.Length > 0, path.Subresource) switch
        {
            ("GET", false, _) => (200, List(request, path.Kind, key)),
            ("GET", true, "" or "status") => (200, objects.Find(key) ?? throw FakeStatusException.NotFound($"{key}")),
            ("POST", false, _) => (201, Create(request, key, hasStatus)),
            ("POST", true, "token") => (201, Token(request, key)),
            ("PUT", true, "" or "status") => (200, Replace(request, key, path.Subresource, hasStatus)),
            ("PATCH", true, "" or "status") => (200, Patch(request, key, path, hasStatus)),
            ("DELETE", true, "") => (200, objects.Delete(key, request.Body.Length > 0 ? request.Json()["preconditions"] as JsonObject : null)),
            _ => throw new FakeStatusException(405, "MethodNotAllowed", "the server does not allow this method on the requested resource"),
        };
    }

    /// <summary>The kind a path is about, and the selection of a watch.</summary>
    public (FakeObjectKey Key, Func<JsonObject, bool> Matches) Selection(FakeRequest request)
    {
        var path = Parse(request.Path);
        return (FakeObjectKey.Of(path.Kind ?? throw FakeStatusException.NotFound(request.Path), path.Namespace), Matcher(request));
    }

    private static Func<JsonObject, bool> Matcher(FakeRequest request)
    {
        var (labels, fields) = (request.Query("labelSelector"), request.Query("fieldSelector"));
        return resource => FakeSelectors.Matches(resource, labels, fields);
    }

    private JsonObject List(FakeRequest request, KubernetesKind kind, FakeObjectKey key)
    {
        var limit = request.Query("limit") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : 0;
        var (version, continuation, items) = objects.List(key, Matcher(request), limit, request.Query("continue"));
        var metadata = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) };
        if (continuation.Length > 0)
        {
            metadata["continue"] = continuation;
        }

        return new JsonObject { ["kind"] = $"{kind.Kind}List", ["apiVersion"] = kind.ApiVersion, ["metadata"] = metadata, ["items"] = new JsonArray([.. items]) };
    }

    private JsonObject Create(FakeRequest request, FakeObjectKey key, bool hasStatus)
    {
        var body = request.Json();
        return objects.Create(key with { Name = body["metadata"]?["name"]?.ToString() ?? "" }, body, hasStatus);
    }

    private JsonObject Replace(FakeRequest request, FakeObjectKey key, string subresource, bool hasStatus)
    {
        var body = request.Json();
        return objects.Update(
            key,
            resource =>
            {
                resource.Clear();
                FakePatches.Merge(resource, body, byType: false);
            },
            subresource == "status",
            hasStatus);
    }

    private JsonObject Patch(FakeRequest request, FakeObjectKey key, FakePath path, bool hasStatus)
    {
        var (body, isStatus) = (request.Json(), path.Subresource == "status");
        switch (request.ContentType)
        {
            case "application/apply-patch+yaml":
                var manager = request.Query("fieldManager") is { Length: > 0 } text ? text : throw new FakeStatusException(400, "BadRequest", "fieldManager is required for apply patch");
                return objects.Apply(key, body, manager, request.Query("force") == "true", isStatus, hasStatus);
            case "application/strategic-merge-patch+json" when !path.Kind!.Group.Contains('.', StringComparison.Ordinal) || path.Kind.Group.EndsWith(".k8s.io", StringComparison.Ordinal):
                return objects.Update(key, resource => FakePatches.Merge(resource, body, byType: true), isStatus, hasStatus);
            case "application/merge-patch+json":
                return objects.Update(key, resource => FakePatches.Merge(resource, body, byType: false), isStatus, hasStatus);
            default:
                throw new FakeStatusException(415, "UnsupportedMediaType", $"the body of the request was in an unknown format: {request.ContentType}");
        }
    }

    private JsonObject Token(FakeRequest request, FakeObjectKey key)
    {
        _ = objects.Find(key) ?? throw FakeStatusException.NotFound($"{key}");
        var seconds = Math.Max(600, request.Json()["spec"]?["expirationSeconds"]?.GetValue<long>() ?? 3600);
        return new JsonObject
        {
            ["status"] = new JsonObject
            {
                ["token"] = $"token-of-{key.Namespace}-{key.Name}-{Interlocked.Increment(ref _tokens)}",
                ["expirationTimestamp"] = time.GetUtcNow().AddSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            },
        };
    }

    private JsonObject Discovery(FakePath path)
    {
        var served = kinds.Keys.Where(kind => kind.Group == path.Group && kind.Version == path.Version).ToList();
        return served.Count == 0
            ? throw FakeStatusException.NotFound("the requested resource")
            : new JsonObject
            {
                ["kind"] = "APIResourceList",
                ["resources"] = new JsonArray([.. served.Select(kind => new JsonObject { ["name"] = kind.Plural, ["kind"] = kind.Kind, ["namespaced"] = kind.IsNamespaced })]),
            };
    }

    private FakePath Parse(string path)
    {
        var parts = path.Trim('/').Split('/').Select(Uri.UnescapeDataString).ToArray();
        var (group, version, rest) = parts switch
        {
            ["api", var v, .. var tail] => ("", v, tail),
            ["apis", var g, var v, .. var tail] => (g, v, tail),
            _ => throw FakeStatusException.NotFound($"the requested path {path}"),
        };
        var (ns, names) = rest is ["namespaces", var n, _, ..] && rest[2] != "status" ? (n, rest[2..]) : ("", rest);
        if (names.Length == 0)
        {
            return new FakePath(group, version, null, "", "", "");
        }

        var kind = kinds.Keys.FirstOrDefault(kind => kind.Group == group && kind.Version == version && kind.Plural == names[0])
            ?? throw FakeStatusException.NotFound("the server could not find the requested resource;");
        return new FakePath(group, version, kind, ns, names.ElementAtOrDefault(1) ?? "", names.ElementAtOrDefault(2) ?? "");
    }

    private sealed record FakePath(string Group, string Version, KubernetesKind? Kind, string Namespace, string Name, string Subresource);
}
