using Calico.Cni.Protocol;
using Calico.Linux;
using Calico.Linux.Netlink;
using Calico.Linux.Netlink.Requests;
using Calico.Model.Net;

namespace Calico.Cni.Plugin;

/// <summary>
/// The veth pair of an attachment. A device that already has the name is kept if it is this very pair, deleted if it is proven stale, and
/// refused by name otherwise (docs/design/cni.md, "A name that is taken").
/// </summary>
internal sealed class EndpointDevice(RouteSocket host, NetNamespace pod, CniLog log)
{
    private const int Attempts = 3;

    /// <param name="HostIndex">In the host's namespace.</param>
    /// <param name="PodIndex">In the pod's.</param>
    internal readonly record struct Pair(int HostIndex, int PodIndex);

    internal Pair Ensure(PodAttachment attachment)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return Create(attachment);
            }
            catch (NetlinkException e) when (e.IsExists && attempt < Attempts)
            {
                if (Resolve(attachment) is { } kept)
                {
                    return kept;
                }
            }
        }
    }

    /// <summary>Is the other end of this veth in <paramref name="pod"/>?</summary>
    internal static bool LeadsInto(Link link, RouteSocket host, NetNamespace pod) =>
        link is { Kind: Link.Veth, PeerNamespaceId: { } peerNamespace } && host.NamespaceId(pod) == peerNamespace;

    /// <exception cref="NetlinkException">Among others, that one of the names is taken.</exception>
    internal Pair Create(PodAttachment attachment)
    {
        var created = host.Execute(
            new CreateVeth(attachment.HostName, MacAddress.HostSide, pod, attachment.PodName, attachment.PodMac, attachment.Mtu));
        return created is { PeerIndex: > 0 }
            ? new Pair(created.Index, created.PeerIndex)
            : throw new CniException(CniErrorCode.Internal, $"the kernel created {attachment.HostName} without naming it and its peer");
    }

    /// <summary>The pair, if the name is taken by this very attachment; null if the name is free now.</summary>
    private Pair? Resolve(PodAttachment attachment)
    {
        if (host.FindLink(attachment.HostName) is not { } existing)
        {
            RequireFreePodName(attachment);
            return null;
        }

        if (LeadsInto(existing, host, pod) && PodEnd(existing.PeerIndex) is { } end && end.Name == attachment.PodName && end.Mac == attachment.PodMac)
        {
            log.Info($"device {existing.Name} exists and is kept");
            return new Pair(existing.Index, end.Index);
        }

        RequireStale(existing, attachment);
        log.Warning($"device {existing.Name} (index {existing.Index}) is left from an earlier attachment ('{existing.Alias}') and is deleted");
        host.DeleteLink(existing.Index);
        return null;
    }

    /// <summary>
    /// In Kubernetes the name says the pod, and the store has just confirmed that the pod's endpoint is this container's, so any other
    /// container's device is stale. Elsewhere the name is only the beginning of a container ID, so the mark must agree.
    /// </summary>
    private static void RequireStale(Link existing, PodAttachment attachment)
    {
        var isOurs = attachment.IsKubernetes || existing.Alias.Length == 0 || existing.Alias == attachment.Owner;
        if (existing.Kind != Link.Veth || !isOurs)
        {
            throw new CniException(
                CniErrorCode.Internal,
                $"device {existing.Name} exists and belongs to {(existing.Kind != Link.Veth ? "someone else" : existing.Alias)}; it is not replaced",
                $"if nothing uses it: ip link delete {existing.Name}");
        }
    }

    /// <summary>After a DEL the old pair is still there for a moment, its host end down: it is removed, everything else of that name is refused.</summary>
    private void RequireFreePodName(PodAttachment attachment)
    {
        if (PodDevice(attachment.PodName) is not { } taken)
        {
            return;
        }

        if (taken.Kind == Link.Veth && host.FindLink(taken.PeerIndex) is { IsUp: false, Alias.Length: > 0 } left && left.PeerIndex == taken.Index
            && LeadsInto(left, host, pod))
        {
            log.Info($"device {left.Name} (index {left.Index}) of '{left.Alias}', which was disconnected, is deleted");
            host.DeleteLink(left.Index);
            return;
        }

        throw new CniException(
            CniErrorCode.InvalidEnvironment,
            $"CNI_IFNAME is {attachment.PodName}, and {attachment.NetNs} has a device of that name already (index {taken.Index}, MAC {taken.Mac})",
            "another network or an earlier attachment uses it: DEL that first, or choose another interface name");
    }

    private Link? PodDevice(string name)
    {
        using (pod.Enter())
        {
            using var socket = RouteSocket.Open();
            return socket.FindLink(name);
        }
    }

    private Link? PodEnd(int index)
    {
        using (pod.Enter())
        {
            using var socket = RouteSocket.Open();
            return socket.FindLink(index);
        }
    }
}
