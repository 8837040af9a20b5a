using System.Collections.Immutable;
using Calico.Cni.Protocol;
using Calico.Ipam.Core;
using Calico.Model.Identity;
using Calico.Model.Net;
using Calico.Store;

namespace Calico.Ipam.Delegate;

/// <summary>
/// What a CNI call means to address management. The agent and <c>calico-ipam</c> both end here, so that both give the same result and leave
/// the same state in the store.
/// </summary>
/// <param name="pods">Null: no API is configured, and a pod is what the arguments of the call say.</param>
public sealed class IpamDelegate(IEndpointAllocator allocator, string node, IPodDirectory? pods = null)
{
    /// <summary>The <c>type</c> of a conf whose main plugin is ours: it gets its interfaces and its endpoint, a foreign one gets addresses.</summary>
    private const string OwnPlugin = "calico";

    /// <summary>Carries out one call of any verb but VERSION.</summary>
    /// <returns>
    /// ADD: the addresses, and for our own plugin the host's and the pod's interface. DEL and GC: the host interfaces of the endpoints removed.
    /// Else null.
    /// </returns>
    /// <exception cref="CniException">Every failure that has a meaning to the runtime.</exception>
    public async Task<CniResult?> HandleAsync(PluginRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var conf = NetConf.Parse(request.Conf.Span);
        RequireThisNode(conf);
        try
        {
            return await HandleAsync(request, conf, cancellationToken);
        }
        catch (Exception e) when (e is IpamException or StoreException)
        {
            throw CniErrors.From(e, request);
        }
    }

    private async Task<CniResult?> HandleAsync(PluginRequest request, NetConf conf, CancellationToken cancellationToken)
    {
        switch (request.Command)
        {
            case CniCommand.Add:
                return await AddAsync(request, conf, cancellationToken);
            case CniCommand.Del:
                var released = await allocator.ReleaseAsync(new ReleaseRequest(Identity(request, conf), node), cancellationToken);
                return Removed(released.HostInterfaces);
            case CniCommand.Check:
                await CheckAsync(request, conf, cancellationToken);
                return null;
            case CniCommand.Gc:
                return await CollectAsync(conf, cancellationToken);
            case CniCommand.Status:
                var pools = conf.Ipam;
                await allocator.CheckReadyAsync(new ReadyRequest(node, Families(conf), pools.IPv4Pools, pools.IPv6Pools), cancellationToken);
                return null;
            default:
                throw new CniException(CniErrorCode.InvalidEnvironment, $"address management has no verb {request.Command.ToText()}");
        }
    }

    private async Task<CniResult> AddAsync(PluginRequest request, NetConf conf, CancellationToken cancellationToken)
    {
        var isOwn = conf.Type == OwnPlugin;
        var arguments = CniArguments.Parse(request.Args);
        var assignment = await allocator.AssignAsync(
            new AssignRequest(CniIdentity.Of(request, conf.Name, arguments), node)
            {
                Families = Families(conf),
                IPv4Pools = conf.Ipam.IPv4Pools,
                IPv6Pools = conf.Ipam.IPv6Pools,
                Addresses = AskedAddresses(arguments),
                Metadata = isOwn ? await MetadataAsync(arguments, cancellationToken) : PodMetadata.Empty,
                WritesEndpoint = isOwn,
            },
            cancellationToken);
        int? podInterface = isOwn ? 1 : null;
        return new CniResult
        {
            Interfaces = assignment.Endpoint is { } endpoint
                ? [
                    new CniInterface(endpoint.InterfaceName ?? "", MacAddress.HostSide.ToString()),
                    new CniInterface(request.IfName, endpoint.Mac?.ToString() ?? "", Sandbox: request.NetNs),
                ]
                : [],
            Ips = [.. assignment.Addresses.Select(a => new CniIp(new InterfaceAddress(a, a.Family.Bits()), Interface: podInterface))],
        };
    }

    /// <summary>Asked anew for every ADD: labels and annotations are those of the moment at which the pod gets its network.</summary>
    private Task<PodMetadata> MetadataAsync(CniArguments arguments, CancellationToken cancellationToken) =>
        pods is null || !arguments.IsKubernetes
            ? Task.FromResult(PodMetadata.Empty)
            : pods.FindAsync(new PodReference(arguments.PodNamespace, arguments.PodName, arguments.PodUid), cancellationToken);

    private async Task CheckAsync(PluginRequest request, NetConf conf, CancellationToken cancellationToken)
    {
        if (conf.PrevResult is not { } previous)
        {
            throw new CniException(CniErrorCode.InvalidConfiguration, "CHECK needs 'prevResult', the result of the ADD that it checks");
        }

        var addresses = previous.Ips.Select(ip => ip.Address.Address).ToImmutableArray();
        await allocator.CheckAsync(new CheckRequest(Identity(request, conf), node, addresses, conf.Type == OwnPlugin), cancellationToken);
    }

    private async Task<CniResult> CollectAsync(NetConf conf, CancellationToken cancellationToken)
    {
        if (conf.ValidAttachments is not { } valid)
        {
            throw new CniException(CniErrorCode.InvalidConfiguration, "GC needs 'cni.dev/valid-attachments', the attachments to keep");
        }

        var attachments = valid.Select(a => new Attachment(a.ContainerId, a.IfName)).ToImmutableArray();
        var collected = await allocator.CollectAsync(new CollectRequest(conf.Name, node, attachments), cancellationToken);
        return collected.Failures.IsEmpty
            ? Removed(collected.HostInterfaces)
            : throw new CniException(
                CniErrorCode.TryAgainLater, $"{collected.Failures.Length} attachments of network {conf.Name} could not be cleaned up", string.Join("; ", collected.Failures));
    }

    private void RequireThisNode(NetConf conf)
    {
        if (conf.NodeName.Length > 0 && !conf.NodeName.Equals(node, StringComparison.OrdinalIgnoreCase))
        {
            throw new CniException(
                CniErrorCode.InvalidConfiguration, $"the conf names node {conf.NodeName}, but this is node {node}", "remove nodename from the conf, or run the agent with that name");
        }
    }

    private static WorkloadIdentity Identity(PluginRequest request, NetConf conf) =>
        CniIdentity.Of(request, conf.Name, CniArguments.Parse(request.Args));

    private static ImmutableArray<IpFamily> Families(NetConf conf) =>
        (conf.Ipam.AssignIPv4, conf.Ipam.AssignIPv6) switch
        {
            (true, true) => [IpFamily.IPv4, IpFamily.IPv6],
            (true, false) => [IpFamily.IPv4],
            (false, true) => [IpFamily.IPv6],
            (false, false) => [],
        };

    private static ImmutableArray<IpAddress> AskedAddresses(CniArguments arguments) =>
        [.. arguments.Ips.Select(text => InterfaceAddress.TryParse(text, out var address)
            ? address.Address
            : throw new CniException(CniErrorCode.InvalidEnvironment, $"CNI_ARGS holds IP={text}, which is not an IP address"))];

    private static CniResult Removed(ImmutableArray<string> hostInterfaces) =>
        new() { Interfaces = [.. hostInterfaces.Select(name => new CniInterface(name))] };
}
