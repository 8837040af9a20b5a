using Calico.Cni.Protocol;
using Calico.Linux;
using Calico.Linux.Netlink;

namespace Calico.Cni.Plugin;

/// <summary>
/// The real kernel. ADD takes three batches of netlink messages: the veth with its peer already inside the pod, the host's side, the pod's
/// side. The thread enters the pod's namespace for the last one; the program has no other thread that could queue work from there.
/// </summary>
internal sealed class PodNetwork(CniLog log) : IPodNetwork
{
    private static readonly TimeSpan LongestActivation = TimeSpan.FromMilliseconds(200);

    public void RequireNamespace(string netNs) => OpenNamespace(netNs).Dispose();

    public void Attach(PodAttachment attachment)
    {
        using var pod = OpenNamespace(attachment.NetNs);
        using var host = RouteSocket.Open();
        var pair = new EndpointDevice(host, pod, log).Ensure(attachment);
        HostSide.Configure(host, pair.HostIndex, attachment, log);
        using (pod.Enter())
        {
            PodSide.Configure(pair.PodIndex, attachment);
        }

        if (!host.AwaitRunning(pair.HostIndex, LongestActivation))
        {
            log.Warning($"device {attachment.HostName} does not send yet; the pod's first packets may be lost");
        }
    }

    public int Disconnect(string netNs, string hostName, string owner)
    {
        using var host = RouteSocket.Open();
        if (host.FindLink(hostName) is not { Kind: Link.Veth } link || !IsOf(host, link, netNs, owner))
        {
            return 0;
        }

        host.SetLinkDown(link.Index);
        return link.Index;
    }

    public void Delete(int ifIndex)
    {
        using var host = RouteSocket.Open();
        host.DeleteLink(ifIndex);
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
