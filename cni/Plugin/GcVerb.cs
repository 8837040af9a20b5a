using Calico.Cni.Protocol;

namespace Calico.Cni.Plugin;

/// <summary>GC: releases and removes what belongs to this network on this node and is not among the valid attachments.</summary>
internal sealed class GcVerb(IAddressDelegate addresses, IPodNetwork network)
{
    internal void Run(CniCall call)
    {
        var valid = call.Conf.ValidAttachments ?? throw new CniException(CniErrorCode.InvalidConfiguration, "GC needs cni.dev/valid-attachments");
        CniException? failure = null;
        var released = new HashSet<string>();
        try
        {
            released.UnionWith(HostNames.Of(addresses.Ask(call.Request).Result));
        }
        catch (CniException e)
        {
            // A device without a valid owner goes all the same.
            failure = e;
        }

        network.DeleteWhere((name, mark) =>
            mark.Length == 0 ? released.Contains(name) : DeviceOwner.IsAbandoned(mark, call.Conf.Name, valid));
        if (failure is not null)
        {
            throw failure;
        }
    }
}
