using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace Calico.Tests.System.Cluster;

/// <summary>The API server over one warm connection, for what is timed: kubectl takes a tenth of a second to start.</summary>
internal sealed class KubernetesApi : IDisposable
{
    private readonly HttpClient _http;

    private KubernetesApi(HttpClient http) => _http = http;

    /// <summary>As the user of kubectl's current context: a client certificate or a token.</summary>
    public static async Task<KubernetesApi> OpenAsync(Kubectl kubectl)
    {
        var config = JsonNode.Parse(await kubectl.RunAsync("config", "view", "--raw", "--flatten", "--minify", "--output", "json"))!;
        var cluster = config["clusters"]![0]!["cluster"]!;
        var user = config["users"]![0]!["user"]!;
        var authority = X509CertificateLoader.LoadCertificate(Encoding.ASCII.GetBytes(Decode(cluster, "certificate-authority-data")!));
        var handler = new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromMinutes(10) };
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { authority },
            RevocationMode = X509RevocationMode.NoCheck,
        };
        if (Decode(user, "client-certificate-data") is { } certificate)
        {
            using var pem = X509Certificate2.CreateFromPem(certificate, Decode(user, "client-key-data")!);
            handler.SslOptions.ClientCertificates = [X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null)];
        }

        var http = new HttpClient(handler) { BaseAddress = new Uri((string)cluster["server"]!), Timeout = TimeSpan.FromSeconds(30) };
        if ((string?)user["token"] is { } token)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return new KubernetesApi(http);
    }

    public async Task<JsonObject> CreateAsync(string path, JsonNode body) => await SendAsync(HttpMethod.Post, path, body);

    public async Task DeleteAsync(string path) => await SendAsync(HttpMethod.Delete, path, null);

    /// <summary>Events of a watch from now on, until the token is cancelled.</summary>
    public async IAsyncEnumerable<(string Type, JsonObject Object)> WatchAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{path}?watch=1");
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            var change = JsonNode.Parse(line)!;
            yield return ((string)change["type"]!, change["object"]!.AsObject());
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonObject> SendAsync(HttpMethod method, string path, JsonNode? body)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode || (method == HttpMethod.Delete && response.StatusCode == HttpStatusCode.NotFound)
            ? JsonNode.Parse(text)!.AsObject()
            : throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode} {text}");
    }

    private static string? Decode(JsonNode node, string name) =>
        (string?)node[name] is { } value ? Encoding.ASCII.GetString(Convert.FromBase64String(value)) : null;
}
