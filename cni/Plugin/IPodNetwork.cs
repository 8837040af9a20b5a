using Calico.Cni.Protocol;

namespace Calico.Cni.Plugin;

/// <summary>The kernel's side of an attachment: one veth, its addresses, routes and settings.</summary>
internal interface IPodNetwork
{
    /// <exception cref="CniException">Code 4: CNI_NETNS is not a network namespace.</exception>
    void RequireNamespace(string netNs);

    /// <summary>Makes the devices of an attachment whose addresses are not known yet, for <see cref="Attach"/> to go on with.</summary>
    /// <returns>False if nothing was made: a name is taken, or the kernel refuses. Attach meets the same again, and tells.</returns>
    bool TryPrepare(PodAttachment outline);

    /// <summary>Removes what was prepared, unless it was attached since.</summary>
    void Discard();

    /// <summary>Makes the attachment, or repairs it if it is there, and waits until the kernel has all of it in use.</summary>
    /// <param name="meanwhile">Done when everything is made, before the wait: the kernel needs no help with what is left.</param>
    void Attach(PodAttachment attachment, Action meanwhile);

    /// <summary>Stops the traffic of an attachment: its host end goes down, and the routes to it with it.</summary>
    /// <param name="netNs">Empty or gone: the device must then carry the owner's mark.</param>
    /// <returns>The index of the host end; 0 if there is none.</returns>
    int Disconnect(string netNs, string hostName, string owner);

    void Delete(int ifIndex);

    /// <returns>False if the kernel refuses; <see cref="Delete(int)"/> meets the same again, and tells.</returns>
    bool TryDelete(int ifIndex);

    /// <summary>Removes the device of the attachment, if it is there and its own.</summary>
    void Delete(PodAttachment attachment);

    /// <summary>Removes every veth that the predicate takes by name and owner's mark (empty if it has none).</summary>
    void DeleteWhere(Func<string, string, bool> isAbandoned);

    /// <summary>In what the kernel differs from the attachment, in words; empty if in nothing.</summary>
    IReadOnlyList<string> Deviations(PodAttachment expected);
}
