using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Calico.Tests.Rig.Network;

namespace Calico.Tests.Rig.Store;

/// <summary>Writes by the JSON gateway that etcd itself serves: no process for each write, and still none of our code.</summary>
internal sealed class EtcdGateway : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);
    private readonly HttpClient _http;

    public EtcdGateway(Uri endpoint, NetworkNamespace? where)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellationToken) =>
            {
                Socket Open() => new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                var socket = where is null ? Open() : where.Open(Open);
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        _http = new HttpClient(handler) { BaseAddress = endpoint, Timeout = Deadline };
    }

    /// <summary>One transaction; returns its revision.</summary>
    public async Task<long> CommitAsync(IEnumerable<KeyValuePair<string, byte[]?>> changes)
    {
        var body = new JsonObject { ["success"] = new JsonArray([.. changes.Select(change => Operation(change.Key, change.Value))]) };
        using var content = new StringContent(body.ToJsonString());
        using var response = await _http.PostAsync(new Uri("/v3/kv/txn", UriKind.Relative), content);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? long.Parse((string)JsonNode.Parse(text)!["header"]!["revision"]!, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"etcd refused a transaction: {text}");
    }

    public void Dispose() => _http.Dispose();

    private static JsonObject Operation(string key, byte[]? value)
    {
        var name = Convert.ToBase64String(Encoding.UTF8.GetBytes(key));
        return value is null
            ? new JsonObject { ["requestDeleteRange"] = new JsonObject { ["key"] = name } }
            : new JsonObject { ["requestPut"] = new JsonObject { ["key"] = name, ["value"] = Convert.ToBase64String(value) } };
    }
}
