using Calico.Cni.Protocol;

namespace Calico.Cni.Plugin;

/// <summary>
/// DEL: traffic stops, then the addresses are released and the device goes. What is gone already counts as done. The slow part, the
/// unregistering of the device, is left to the agent if it answers; else it is done while calico-ipam works.
/// </summary>
internal sealed class DelVerb(IAddressDelegate addresses, IPodNetwork network)
{
    internal void Run(CniCall call)
    {
        var identity = CniIdentity.Of(call.Request, call.Conf.Name, call.Arguments);
        var (name, owner) = (identity.HostInterface(), DeviceOwner.Of(identity));
        var device = network.Disconnect(call.Request.NetNs, name, owner);
        var isDeleted = false;
        var answer = addresses.Ask(call.Request, device, meanwhile: byAgent => isDeleted = !byAgent && device != 0 && network.TryDelete(device));
        if (device != 0 && !answer.ByAgent && !isDeleted)
        {
            network.Delete(device);
        }

        // What the store says was this container's, and we did not find: unmarked, and its namespace is gone or no longer told.
        var released = new HashSet<string>(HostNames.Of(answer.Result));
        if (device != 0)
        {
            released.Remove(name);
        }

        if (released.Count > 0)
        {
            network.DeleteWhere((device, mark) => released.Contains(device) && (mark.Length == 0 || mark == owner));
        }
    }
}
