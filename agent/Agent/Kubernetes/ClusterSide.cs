using Calico.Agent.Install;
using Calico.Agent.Options;
using Calico.Agent.Purge;
using Calico.Store.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Kubernetes;

/// <summary>What the agent does with the Kubernetes API, put together: it follows pods and its own daemon set, keeps the host's files, and tells when the node is ready.</summary>
internal sealed class ClusterSide : IDisposable
{
    private static readonly TimeSpan ReadyPause = TimeSpan.FromMilliseconds(100);

    private readonly AgentOptions _options;
    private readonly TimeProvider _time;
    private readonly KubernetesClient _client;
    private readonly ILogger _installLog;
    private readonly HostFiles? _files;
    private readonly NodeCondition _condition;
    private readonly DaemonSetWatch? _own;
    private readonly DaemonSetWatch? _etcd;

    private ClusterSide(AgentOptions options, KubernetesOptions kubernetes, ILoggerFactory logs, TimeProvider time)
    {
        var log = logs.CreateLogger("kubernetes");
        var config = kubernetes.Config();
        (_options, _time, _installLog) = (options, time, logs.CreateLogger("install"));
        KubernetesLog.Asking(log, config.Server);
        _client = new KubernetesClient(config, log, time);
        Pods = new PodDirectory(_client, kubernetes.NodeRef, log, time);
        Node = new KubernetesNodeReader(_client, kubernetes, log, time);
        _condition = new NodeCondition(_client, kubernetes.NodeRef, log, time);
        _own = Watch(kubernetes.DaemonSet);
        _etcd = _own is null ? null : Watch(kubernetes.EtcdDaemonSet);
        _files = options.Cni is { } cni ? new HostFiles(cni, KubeconfigKeeper.Of(cni, kubernetes, _client, _installLog, time), _installLog, time) : null;

        DaemonSetWatch? Watch(string name) => name.Length == 0 ? null : new DaemonSetWatch(_client, config.Namespace, name, log, time);
    }

    public PodDirectory Pods { get; }

    public KubernetesNodeReader Node { get; }

    /// <returns>Null when no API is configured.</returns>
    /// <exception cref="KubernetesException">The kubeconfig or the service account cannot be used.</exception>
    public static ClusterSide? Create(AgentOptions options, ILoggerFactory logs, TimeProvider time) =>
        options.Kubernetes is { } kubernetes ? new ClusterSide(options, kubernetes, logs, time) : null;

    /// <summary>Works until it is cancelled. Does not need the datastore, which may need what this keeps fresh.</summary>
    public Task RunAsync(CancellationToken cancellationToken)
    {
        List<Task> parts = [Pods.RunAsync(cancellationToken)];
        parts.AddRange(new[] { _own, _etcd }.OfType<DaemonSetWatch>().Select(watch => watch.RunAsync(cancellationToken)));
        if (_files is not null)
        {
            parts.Add(_files.RunAsync(cancellationToken));
        }

        return Task.WhenAny(parts).Unwrap();
    }

    /// <summary>Waits until the node is ready, lets the container runtime and Kubernetes know, and goes on until it is cancelled.</summary>
    /// <param name="whyNoPods">What keeps pods from getting a network here; null when nothing does.</param>
    public async Task AnnounceAsync(Func<string?> whyNoPods, CancellationToken cancellationToken)
    {
        while (whyNoPods() is not null)
        {
            await Task.Delay(ReadyPause, _time, cancellationToken);
        }

        _files?.Publish();
        await _condition.ClearAsync(cancellationToken);
        await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellationToken);
    }

    /// <summary>To be called when we were told to end and everything else has ended: cleans the node up if our daemon set is deleted.</summary>
    public async Task EndAsync()
    {
        if (_own is not null && await _own.LookAsync(CancellationToken.None) == DaemonSetSight.Gone)
        {
            InstallLog.Uninstalling(_installLog, _options.Kubernetes!.DaemonSet);
            var purge = new HostPurge(new PurgeOptions(_options.RunDirectory, _options.LibraryDirectory, _options.InterfacePrefixes, DryRun: false), _installLog, _time);
            await new Uninstaller(_options.Cni, _options.RunDirectory, _options.LibraryDirectory, purge.RunAsync, _installLog, _time).RunAsync(HasEtcdGoneAsync);
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<bool> HasEtcdGoneAsync() => _etcd is not null && await _etcd.LookAsync(CancellationToken.None) == DaemonSetSight.Gone;
}
