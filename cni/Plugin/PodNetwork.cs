using Calico.Cni.Protocol;
using Calico.Linux;
using Calico.Linux.Netlink;

namespace Calico.Cni.Plugin;

/// <summary>The real kernel.</summary>
internal sealed class PodNetwork(CniLog log) : IPodNetwork
{
    private PodWiring? _prepared;

    public void RequireNamespace(string netNs) => OpenNamespace(netNs).Dispose();

    public bool TryPrepare(PodAttachment outline)
    {
        if (_prepared is not null)
        {
            return false;
        }

        PodWiring? wiring = null;
        try
        {
            wiring = new PodWiring(OpenNamespace(outline.NetNs), log);
            wiring.Prepare(outline);
            _prepared = wiring;
            return true;
        }
        catch (Exception e) when (e is CniException or NetlinkException or IOException)
        {
            wiring?.Dispose();
            return false;
        }
    }

    public void Discard()
    {
        _prepared?.Discard();
        _prepared?.Dispose();
        _prepared = null;
    }

    public void Attach(PodAttachment attachment, Action meanwhile)
    {
        using var wiring = _prepared ?? new PodWiring(OpenNamespace(attachment.NetNs), log);
        _prepared = null;
        wiring.Attach(attachment);
        meanwhile();
        wiring.AwaitAddresses(attachment);
    }

    public int Disconnect(string netNs, string hostName, string owner)
    {
        using var host = RouteSocket.Open();
        if (host.FindLink(hostName) is not { Kind: Link.Veth } link || !IsOf(host, link, netNs, owner))
        {
            return 0;
        }

        try
        {
            host.SetLinkDown(link.Index);
            return link.Index;
        }
        catch (NetlinkException e) when (e.IsNotFound)
        {
            // An earlier DEL of the same container was killed, and what it had begun has just taken the device away.
            return 0;
        }
    }

    public void Delete(int ifIndex)
    {
        using var host = RouteSocket.Open();
        host.DeleteLink(ifIndex);
    }

    public bool TryDelete(int ifIndex)
    {
        try
        {
            Delete(ifIndex);
            return true;
        }
        catch (NetlinkException)
        {
            return false;
        }
    }

    public void Delete(PodAttachment attachment)
    {
        if (Disconnect(attachment.NetNs, attachment.HostName, attachment.Owner) is var index and not 0)
        {
            Delete(index);
        }
    }

    public void DeleteWhere(Func<string, string, bool> isAbandoned)
    {
        using var host = RouteSocket.Open();
        foreach (var link in host.Links())
        {
            if (link.Kind == Link.Veth && isAbandoned(link.Name, link.Alias))
            {
                log.Info($"removing device {link.Name} of {(link.Alias.Length > 0 ? link.Alias : "a released endpoint")}");
                host.DeleteLink(link.Index);
            }
        }
    }

    public IReadOnlyList<string> Deviations(PodAttachment expected)
    {
        using var pod = OpenNamespace(expected.NetNs);
        using var host = RouteSocket.Open();
        return new AttachmentCheck(host, pod, expected).Run();
    }

    /// <summary>By its mark; a device without one (an ADD that was killed, another version's) by leading into the call's own namespace.</summary>
    private static bool IsOf(RouteSocket host, Link link, string netNs, string owner)
    {
        if (link.Alias.Length > 0 || netNs.Length == 0)
        {
            return link.Alias == owner;
        }

        try
        {
            using var pod = NetNamespace.Open(netNs);
            return EndpointDevice.LeadsInto(link, host, pod);
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    private static NetNamespace OpenNamespace(string path)
    {
        try
        {
            return NetNamespace.Open(path);
        }
        catch (IOException e)
        {
            throw new CniException(
                CniErrorCode.InvalidEnvironment, $"CNI_NETNS is {path}, which cannot be opened: {e.Message}", "the container's namespace has ended", e);
        }
    }
}
