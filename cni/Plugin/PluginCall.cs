using Calico.Cni.Protocol;
using Calico.Linux.Netlink;

namespace Calico.Cni.Plugin;

/// <summary>One call: the verb with its two collaborators, the one who gives addresses and the kernel.</summary>
internal static class PluginCall
{
    /// <param name="environment">Of this process; a delegated plugin inherits it.</param>
    internal static CniResult? Run(CniCall call, IReadOnlyDictionary<string, string> environment)
    {
        var addresses = AddressDelegate.For(call, environment);
        var network = new PodNetwork(call.Log);
        try
        {
            switch (call.Request.Command)
            {
                case CniCommand.Add:
                    return new AddVerb(addresses, network).Run(call);
                case CniCommand.Del:
                    new DelVerb(addresses, network).Run(call);
                    break;
                case CniCommand.Check:
                    new CheckVerb(addresses, network).Run(call);
                    break;
                case CniCommand.Gc:
                    new GcVerb(addresses, network).Run(call);
                    break;
                case CniCommand.Status:
                    new StatusVerb(addresses).Run(call);
                    break;
            }

            return null;
        }
        catch (NetlinkException e)
        {
            throw new CniException(CniErrorCode.IoFailure, e.Message, e.IsNotPermitted ? "calico needs CAP_NET_ADMIN: run it as root" : "", e);
        }
        catch (IOException e)
        {
            throw new CniException(CniErrorCode.IoFailure, e.Message, "", e);
        }
    }
}
