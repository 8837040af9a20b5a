using System.Globalization;
using System.Text;
using Calico.Agent.Host;
using Calico.Agent.Kubernetes;
using Calico.Agent.Options;
using Calico.Model.Resources;
using Calico.Store;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Startup;

/// <summary>Everything between the first instruction and serving: the datastore is there, the node is in it, the host forwards, the plugin's files are written.</summary>
/// <param name="kubernetes">Null when no API is asked.</param>
internal sealed class NodeStartup(AgentOptions options, IKeyValueStore store, KubernetesNodeReader? kubernetes, ILogger log, TimeProvider time)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(2);
    private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _lacksNodeObject;

    /// <summary>Completes when the datastore turns out to be away, and this node was set up before: with a reserve it can serve meanwhile.</summary>
    public Task Waiting => _waiting.Task;

    /// <exception cref="StartupException">An operator must change something.</exception>
    /// <exception cref="StoreException">The datastore does not answer and was not to be waited for.</exception>
    public async Task<Resource<NodeSpec>> RunAsync(CancellationToken cancellationToken)
    {
        HostForwarding.Enable(options is { SetsUpIPv6: true, IPv6.IsNone: false }, new PriorSettings(options.PriorSettingsFile), log);
        while (true)
        {
            try
            {
                return await SetUpAsync(cancellationToken);
            }
            catch (StoreException e) when (e.IsUnavailable && options.WaitForDatastore)
            {
                AgentLog.WaitingForStore(log, string.Join(", ", options.Etcd.Endpoints), e.Message);
                if (WasSetUp())
                {
                    _waiting.TrySetResult();
                }
            }
            catch (StartupException e) when ((_lacksNodeObject || e.IsTemporary) && options.WaitForDatastore)
            {
                // A node that starts for the first time does not guess its address while the API that knows it is away.
                AgentLog.WaitingForApi(log, e.Message);
            }

            await Task.Delay(RetryPause, time, cancellationToken);
        }
    }

    private async Task<Resource<NodeSpec>> SetUpAsync(CancellationToken cancellationToken)
    {
        var interfaces = HostNetwork.Interfaces();
        var addresses = new NodeAddresses(interfaces, HostNetwork.SourceTowards, log);
        var (ipv4, ipv6) = await ChoicesAsync(interfaces, cancellationToken);
        var setup = new StoreSetup(store, log, time);
        var node = await setup.RegisterNodeAsync(
            options.NodeName,
            options.Kubernetes?.NodeRef,
            options.AsNumber,
            stored => (addresses.Decide(ipv4, stored?.IPv4Address), addresses.Decide(ipv6, stored?.IPv6Address)),
            cancellationToken);
        await setup.EnsureClusterInformationAsync(cancellationToken);
        var hostNetworks = interfaces.SelectMany(device => device.Addresses).Select(address => address.Network).ToList();
        await setup.EnsurePoolsAsync(
            new[] { options.Pool4, options.Pool6 }.OfType<PoolOptions>(),
            hostNetworks,
            kubernetes is null ? null : family => kubernetes.PodRangeAsync(family, hostNetworks, cancellationToken),
            cancellationToken);
        WriteFiles(PodMtu.Of(interfaces, options.MtuPattern));
        return node;
    }

    /// <summary>How the addresses are found; the node's object in Kubernetes is read only where that needs it.</summary>
    private async Task<(AddressChoice IPv4, AddressChoice IPv6)> ChoicesAsync(IReadOnlyList<HostInterface> interfaces, CancellationToken cancellationToken)
    {
        AddressChoice[] choices = [options.IPv4, options.IPv6];
        if (kubernetes is null || !Array.Exists(choices, choice => choice is { IsNone: false, Fixed: null, Method: DetectionMethod.KubernetesInternalIp }))
        {
            return (options.IPv4, options.IPv6);
        }

        var node = await kubernetes.ReadAsync(cancellationToken);
        _lacksNodeObject = node is null;
        return (With(options.IPv4), With(options.IPv6));

        AddressChoice With(AddressChoice choice) => choice with { Method = InternalAddress.Resolve(choice.Method, choice.Family, node, interfaces) };
    }

    private bool WasSetUp() =>
        options.Reserve > 0 && File.Exists(options.NodeNameFile) && File.ReadAllText(options.NodeNameFile).Trim() == options.NodeName;

    private void WriteFiles(int mtu)
    {
        if (File.Exists(options.NodeNameFile) && File.ReadAllText(options.NodeNameFile).Trim() is var before && before != options.NodeName)
        {
            AgentLog.NodeRenamed(log, options.NodeNameFile, before, options.NodeName);
        }

        AtomicFile.Write(options.NodeNameFile, Encoding.UTF8.GetBytes(options.NodeName));
        AtomicFile.Write(options.MtuFile, Encoding.UTF8.GetBytes(mtu.ToString(CultureInfo.InvariantCulture)));
        AgentLog.FilesWritten(log, options.NodeNameFile, options.MtuFile, mtu);
    }
}
