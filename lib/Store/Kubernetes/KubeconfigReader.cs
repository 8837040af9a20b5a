using System.Text;
using System.Text.Json.Nodes;
using Calico.Store.Transport;
using Calico.Store.Yaml;

namespace Calico.Store.Kubernetes;

/// <summary>Reads the current context of a kubeconfig (its form: kubernetes.io, "kubeconfig v1").</summary>
internal sealed class KubeconfigReader(string path)
{
    private readonly string _directory = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";

    /// <exception cref="KubernetesException">Something is missing, malformed or not supported; the message says what.</exception>
    public KubernetesConfig Read(string text)
    {
        var root = Parse(text);
        var contextName = Text(root, "current-context") ?? throw Fault("has no current-context: choose one with `kubectl config use-context`");
        var context = Named(root, "contexts", "context", contextName);
        var clusterName = Text(context, "cluster") ?? throw Fault($"names no cluster in context '{contextName}'");
        var cluster = Named(root, "clusters", "cluster", clusterName);
        var userName = Text(context, "user");
        var user = userName is null ? [] : Named(root, "users", "user", userName);
        return new KubernetesConfig(Server(cluster, clusterName), Tls(cluster, clusterName, user), Token(user, userName ?? ""), Text(context, "namespace") ?? "");
    }

    private JsonObject Parse(string text)
    {
        try
        {
            return YamlJson.ReadAll(text).OfType<JsonObject>().FirstOrDefault() ?? throw Fault("is empty");
        }
        catch (FormatException e)
        {
            throw Fault($"is no YAML: {e.Message}");
        }
    }

    private JsonObject Named(JsonObject root, string list, string part, string name)
    {
        foreach (var entry in root[list] as JsonArray ?? [])
        {
            if (entry is JsonObject found && Text(found, "name") == name)
            {
                return found[part] as JsonObject ?? [];
            }
        }

        throw Fault($"has no {part} named '{name}'");
    }

    private Uri Server(JsonObject cluster, string name)
    {
        if (Text(cluster, "proxy-url") is not null)
        {
            throw Fault($"asks for a proxy to cluster '{name}' (proxy-url), which this client does not use");
        }

        var text = Text(cluster, "server") ?? throw Fault($"names no server of cluster '{name}'");
        return Uri.TryCreate(text, UriKind.Absolute, out var server) && (server.Scheme == Uri.UriSchemeHttps || server.Scheme == Uri.UriSchemeHttp)
            ? server
            : throw Fault($"has a server of cluster '{name}' that is no http or https URL: '{text}'");
    }

    private TlsOptions Tls(JsonObject cluster, string name, JsonObject user)
    {
        var authorities = Pem(cluster, "certificate-authority");
        var isUnverified = Flag(cluster, "insecure-skip-tls-verify");
        if (authorities is null && !isUnverified && Text(cluster, "server")!.StartsWith("https:", StringComparison.OrdinalIgnoreCase))
        {
            throw Fault($"gives no certificate authority for cluster '{name}': add certificate-authority or certificate-authority-data; the system's trust store is not used");
        }

        var (certificate, key) = (Pem(user, "client-certificate"), Pem(user, "client-key"));
        return (certificate is null) == (key is null)
            ? new TlsOptions
            {
                Authorities = authorities,
                IsUnverified = isUnverified,
                Certificate = certificate,
                Key = key,
                ServerName = Text(cluster, "tls-server-name"),
                Protocols = KubernetesConfig.Protocols,
            }
            : throw Fault("gives a client certificate without its key, or a key without its certificate");
    }

    private BearerToken? Token(JsonObject user, string name)
    {
        foreach (var field in (string[])["exec", "auth-provider", "username", "as"])
        {
            if (user.ContainsKey(field))
            {
                throw Fault($"lets user '{name}' authenticate by '{field}', which this client does not do: give it a token, a tokenFile or a client certificate");
            }
        }

        return Text(user, "tokenFile") is { } file ? BearerToken.File(Absolute(file)) : Text(user, "token") is { } token ? BearerToken.Text(token) : null;
    }

    /// <summary>The data, which wins, or the file.</summary>
    private PemSource? Pem(JsonObject from, string field)
    {
        if (Text(from, field + "-data") is not { } data)
        {
            return Text(from, field) is { } file ? PemSource.File(Absolute(file)) : null;
        }

        try
        {
            return PemSource.Text($"{path} ({field}-data)", Encoding.UTF8.GetString(Convert.FromBase64String(data)));
        }
        catch (FormatException)
        {
            throw Fault($"has a {field}-data that is no base64");
        }
    }

    private string Absolute(string file) => Path.GetFullPath(file, _directory);

    private static string? Text(JsonObject from, string field) =>
        from[field] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;

    private static bool Flag(JsonObject from, string field) => from[field] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    private KubernetesException Fault(string what) => new($"the kubeconfig {path} {what}");
}
