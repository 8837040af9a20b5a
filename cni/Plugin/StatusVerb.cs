using Calico.Cni.Protocol;

namespace Calico.Cni.Plugin;

/// <summary>STATUS: can an ADD succeed now? Every reason why not is code 50 (or 51, if the delegate says it).</summary>
internal sealed class StatusVerb(IAddressDelegate addresses)
{
    internal void Run(CniCall call)
    {
        try
        {
            addresses.Ask(call.Request);
        }
        catch (CniException e) when (e.Code is not (CniErrorCode.NotAvailable or CniErrorCode.LimitedConnectivity))
        {
            throw new CniException(CniErrorCode.NotAvailable, e.Message, e.Details, e);
        }
    }
}
