using Calico.Cni.Protocol;
using Calico.Linux.Netlink;
using Calico.Model.Identity;

namespace Calico.Cni.Plugin;

/// <summary>
/// The owner mark that the host end of a veth carries as its alias: <c>NETWORK/CONTAINERID/IFNAME</c>. None of the parts can hold a slash,
/// so the mark proves by itself which attachment a device belongs to, also when its namespace is gone.
/// </summary>
internal static class DeviceOwner
{
    internal static string Of(WorkloadIdentity identity) => Mark(identity.Network, identity.ContainerId, identity.Interface);

    /// <summary>Is it one of <paramref name="network"/>, and of an attachment that the runtime does not know any more?</summary>
    internal static bool IsAbandoned(string alias, string network, IReadOnlyList<ValidAttachment> valid)
    {
        if (!alias.StartsWith(network + "/", StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var attachment in valid)
        {
            if (alias == Mark(network, attachment.ContainerId, attachment.IfName))
            {
                return false;
            }
        }

        return true;
    }

    private static string Mark(string network, string containerId, string ifName)
    {
        var mark = $"{network}/{containerId}/{ifName}";
        return mark.Length <= Link.MaxAliasLength ? mark : mark[..Link.MaxAliasLength];
    }
}
