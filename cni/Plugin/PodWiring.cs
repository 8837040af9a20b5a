using Calico.Cni.Protocol;
using Calico.Linux;
using Calico.Linux.Netlink;
using Calico.Model.Net;

namespace Calico.Cni.Plugin;

/// <summary>
/// One ADD's work in the kernel, in two parts: the devices, for which the identity is enough, and what the addresses decide. The thread enters
/// the pod's namespace for settings; the program has no other thread that could queue work from there.
/// </summary>
internal sealed class PodWiring(NetNamespace pod, CniLog log) : IDisposable
{
    private static readonly TimeSpan LongestActivation = TimeSpan.FromMilliseconds(200);
    private static readonly Cidr LinkLocal6 = Cidr.Parse("fe80::/10");

    private readonly RouteSocket _host = RouteSocket.Open();
    private RouteSocket? _pod;
    private PodAttachment? _made;
    private EndpointDevice.Pair _pair;

    /// <summary>
    /// Makes the devices if both names are free. What it means that one is taken can only be said when the store has confirmed the call, so
    /// nothing that exists is touched here.
    /// </summary>
    internal void Prepare(PodAttachment outline)
    {
        _pair = new EndpointDevice(_host, pod, log).Create(outline);
        _made = outline;
        try
        {
            Configure(outline);
        }
        catch
        {
            Discard();
            throw;
        }
    }

    internal void Attach(PodAttachment attachment)
    {
        if (_made is null || !IsOf(attachment, _made))
        {
            Discard();
            _pair = new EndpointDevice(_host, pod, log).Ensure(attachment);
            Configure(attachment);
        }

        HostSide.Attach(_host, _pair.HostIndex, attachment, log);
        if (attachment.Has(IpFamily.IPv6))
        {
            using (pod.Enter())
            {
                PodSide.WriteSettings6(attachment);
            }
        }

        PodSide.Attach(_pod!, _pair.PodIndex, attachment);
        if (!_host.AwaitRunning(_pair.HostIndex, LongestActivation))
        {
            log.Warning($"device {attachment.HostName} does not send yet; the pod's first packets may be lost");
        }
    }

    /// <summary>
    /// The first packet to the pod makes the host ask for its neighbour, with the host end's own address. A question that is too early, or
    /// whose answer is, is asked again a second later.
    /// </summary>
    internal void AwaitAddresses(PodAttachment attachment)
    {
        foreach (var address in attachment.Addresses)
        {
            if (address.Family == IpFamily.IPv6
                && !(_host.AwaitLocal(_pair.HostIndex, LinkLocal6, LongestActivation) && _pod!.AwaitLocal(_pair.PodIndex, address.Address.ToCidr(), LongestActivation)))
            {
                log.Warning($"{address.Address} at device {attachment.HostName} is not in use yet; the first packet to the pod may wait a second");
            }
        }
    }

    /// <summary>Deletes what <see cref="Prepare"/> made.</summary>
    internal void Discard()
    {
        if (_made is not null)
        {
            _made = null;
            _host.DeleteLink(_pair.HostIndex);
        }
    }

    public void Dispose()
    {
        _pod?.Dispose();
        _host.Dispose();
        pod.Dispose();
    }

    /// <summary>An endpoint that the store had already may have another MAC, or another device's name.</summary>
    private static bool IsOf(PodAttachment attachment, PodAttachment made) => attachment.HostName == made.HostName && attachment.PodMac == made.PodMac;

    private void Configure(PodAttachment attachment)
    {
        HostSide.Prepare(_host, _pair.HostIndex, attachment);
        using (pod.Enter())
        {
            _pod ??= RouteSocket.Open();
            PodSide.WriteSettings4(attachment);
        }
    }
}
