using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Calico.Model.Kubernetes;
using Calico.Store.Kubernetes;

namespace Calico.Tests.Fakes.Kubernetes;

/// <summary>
/// A small Kubernetes API server on the loopback: create, replace, the three patches, status, delete, list in pages, watch with bookmarks, tokens, discovery;
/// resource versions, conflicts, 410; and faults on demand. It knows no schema, no admission and no garbage collection.
/// </summary>
public sealed class FakeKubernetes : IAsyncDisposable
{
    private readonly FakeObjects _objects;
    private readonly FakeRouter _router;
    private readonly ConcurrentDictionary<KubernetesKind, bool> _kinds = [];
    private readonly FakeFaults _faults = new();
    private readonly ConcurrentDictionary<TcpClient, byte> _connections = [];
    private readonly X509Certificate2? _certificate;
    private readonly string _directory = Directory.CreateTempSubdirectory("calico-kube-").FullName;
    private readonly int _port;
    private TcpListener _listener;
    private CancellationTokenSource _stop = new();
    private Task _serving = Task.CompletedTask;
    private readonly FakeSignals _signals = new();
    private int _watches;

    /// <param name="certificate">With one the server speaks TLS.</param>
    /// <param name="listener">Where it serves, such as the loopback of another network namespace; it cannot be restarted there.</param>
    public FakeKubernetes(X509Certificate2? certificate = null, TimeProvider? time = null, TcpListener? listener = null)
    {
        _listener = listener ?? new TcpListener(IPAddress.Loopback, 0);
        _certificate = certificate;
        _objects = new FakeObjects(time ?? TimeProvider.System);
        _router = new FakeRouter(_objects, _kinds, time ?? TimeProvider.System);
        foreach (var (kind, hasStatus) in FakeKinds.BuiltIn)
        {
            Serve(kind, hasStatus);
        }

        _listener.Start();
        _port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _serving = ServeAsync(_listener, _stop.Token);
    }

    public Uri Url => new($"{(_certificate is null ? "http" : "https")}://127.0.0.1:{_port}");

    /// <summary>Every request that arrived, in order.</summary>
    public ConcurrentQueue<FakeRequest> Requests { get; } = [];

    /// <summary>The token that is accepted; null accepts every one, and none.</summary>
    public string? AcceptedToken { get; set; }

    /// <summary>How many watches are open.</summary>
    public int WatchCount => _watches;

    /// <summary>Serves a kind; with <paramref name="hasStatus"/> its status changes by its own path only.</summary>
    public void Serve(KubernetesKind kind, bool hasStatus) => _kinds[kind] = hasStatus;

    public void Withdraw(KubernetesKind kind) => _kinds.TryRemove(kind, out _);

    /// <summary>A kubeconfig for this server, in a file that goes with it.</summary>
    /// <param name="user">Fields of the user, such as <c>token: abc</c>.</param>
    /// <param name="caFile">The authority, for a server with TLS.</param>
    public string Kubeconfig(string user = "{}", string? caFile = null)
    {
        var path = Path.Combine(_directory, $"kubeconfig-{Guid.NewGuid():N}");
        var authority = caFile is null ? "" : $", certificate-authority: {caFile}";
        File.WriteAllText(
            path,
            $$"""
            apiVersion: v1
            kind: Config
            current-context: fake
            contexts: [{ name: fake, context: { cluster: fake, user: me, namespace: here } }]
            users: [{ name: me, user: {{user}} }]
            clusters: [{ name: fake, cluster: { server: "{{Url}}"{{authority}} } }]
            """);
        return path;
    }

    /// <summary>A client of this server, with a call timeout that suits tests.</summary>
    public KubernetesClient Client(string user = "{}", TimeSpan? callTimeout = null)
    {
        var config = KubernetesConfig.FromKubeconfig(Kubeconfig(user));
        return new KubernetesClient(config.With(callTimeout ?? TimeSpan.FromSeconds(10)));
    }

    /// <summary>The object as it is stored; null if there is none.</summary>
    public JsonObject? Find(KubernetesKind kind, string ns, string name) => _objects.Find(FakeObjectKey.Of(kind, ns, name));

    public T? Find<T>(KubernetesKind<T> kind, string ns, string name)
        where T : KubernetesResource =>
        Find((KubernetesKind)kind, ns, name) is { } json ? json.Deserialize(kind.Json) : null;

    /// <summary>All objects of a kind.</summary>
    public IReadOnlyList<T> All<T>(KubernetesKind<T> kind)
        where T : KubernetesResource =>
        [.. _objects.List(FakeObjectKey.Of(kind), _ => true, 0, "").Items.Select(item => item.Deserialize(kind.Json)!)];

    /// <summary>Makes an object, or makes it what this JSON says, status included, as other components of a cluster would.</summary>
    public JsonObject Put(KubernetesKind kind, string json)
    {
        var body = (JsonObject)JsonNode.Parse(json)!;
        var metadata = body["metadata"]!;
        var key = FakeObjectKey.Of(kind, metadata["namespace"]?.ToString() ?? "", metadata["name"]!.ToString());
        if (_objects.Find(key) is null)
        {
            return _objects.Create(key, body, hasStatus: false);
        }

        return _objects.Update(
            key,
            resource =>
            {
                resource.Clear();
                FakePatches.Merge(resource, body, byType: false);
            },
            isStatus: false,
            hasStatus: false);
    }

    public void Remove(KubernetesKind kind, string ns, string name) => _objects.Delete(FakeObjectKey.Of(kind, ns, name), null);

    /// <summary>Lets the next requests that match go wrong.</summary>
    public void Fail(Func<FakeRequest, bool> matches, KubernetesFault fault, int times = 1) => _faults.Add(matches, fault, times);

    /// <summary>Forgets the history: watches that begin before now get 410, and so do the next pages of lists.</summary>
    public void Compact() => _objects.Compact();

    /// <summary>Sends every open watch a bookmark of the version of now.</summary>
    public void SendBookmarks()
    {
        _signals.AskForBookmarks();
        _objects.Pulse();
    }

    /// <summary>How many bookmarks have been sent, of all watches.</summary>
    public long BookmarksSent => _signals.BookmarksSent;

    /// <summary>Ends every open watch as a server does after some minutes.</summary>
    public void EndWatches()
    {
        _signals.AskForEnd();
        _objects.Pulse();
    }

    /// <summary>Ends every connection without a word.</summary>
    public void CutConnections()
    {
        foreach (var connection in _connections.Keys)
        {
            connection.Client?.Close(0);
        }
    }

    /// <summary>Ends every connection and refuses new ones, until <see cref="Restart"/>.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        CutConnections();
        await _serving;
    }

    /// <summary>Serves again, at the same port and with the same objects.</summary>
    public void Restart()
    {
        _stop.Dispose();
        _stop = new CancellationTokenSource();
        _listener.Dispose();
        _listener = new TcpListener(IPAddress.Loopback, _port);
        _listener.Start();
        _serving = ServeAsync(_listener, _stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _listener.Dispose();
        _stop.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task ServeAsync(TcpListener listener, CancellationToken stop)
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await listener.AcceptTcpClientAsync(stop), stop));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client, CancellationToken stop)
    {
        _connections[client] = 0;
        try
        {
            await using var stream = await SecureAsync(client.GetStream(), stop);
            var connection = new FakeHttpConnection(stream);
            while (await connection.ReadAsync(stop) is { } request)
            {
                Requests.Enqueue(request);
                if (!await AnswerAsync(connection, request, stop))
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or AuthenticationException or InvalidOperationException)
        {
            // The client has gone, or the test has ended.
        }
        finally
        {
            _connections.TryRemove(client, out _);
            client.Dispose();
        }
    }

    private async Task<Stream> SecureAsync(Stream stream, CancellationToken stop)
    {
        if (_certificate is null)
        {
            return stream;
        }

        var ssl = new SslStream(stream);
        await ssl.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, stop);
        return ssl;
    }

    /// <summary>False when the connection is to end.</summary>
    private async Task<bool> AnswerAsync(FakeHttpConnection connection, FakeRequest request, CancellationToken stop)
    {
        var fault = _faults.Take(request);
        try
        {
            if (!await FakeFaults.MeetAsync(fault, stop))
            {
                return false;
            }

            if (AcceptedToken is { } accepted && request.Token != accepted)
            {
                throw new FakeStatusException(401, "Unauthorized", "Unauthorized");
            }

            if (request is { Method: "GET", IsWatch: true })
            {
                await WatchAsync(connection, request, stop);
                return true;
            }

            var (code, body) = _router.Handle(request);
            if (fault is KubernetesFault.DropAnswer)
            {
                return false;
            }

            var isCut = fault is KubernetesFault.CutAnswer;
            await connection.AnswerAsync(code, body, 0, stop, isCut);
            return !isCut;
        }
        catch (FakeStatusException e)
        {
            await connection.AnswerAsync(e.Code, e.Status(), e.RetryAfterSeconds, stop);
        }

        return true;
    }

    private async Task WatchAsync(FakeHttpConnection connection, FakeRequest request, CancellationToken stop)
    {
        var watch = new FakeWatch(_objects, _router.Selection(request), _signals);
        Interlocked.Increment(ref _watches);
        try
        {
            await watch.RunAsync(connection, request, stop);
        }
        finally
        {
            Interlocked.Decrement(ref _watches);
        }
    }
}
