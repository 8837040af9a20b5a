using Calico.Cni.Protocol;

namespace Calico.Cni.Plugin;

/// <summary>CHECK: compares the kernel and the IPAM record with prevResult, and names every deviation at once.</summary>
internal sealed class CheckVerb(IAddressDelegate addresses, IPodNetwork network)
{
    internal void Run(CniCall call)
    {
        var previous = call.Conf.PrevResult ?? throw new CniException(CniErrorCode.InvalidConfiguration, "CHECK needs prevResult");
        var deviations = new List<string>(network.Deviations(PodAttachmentPlan.ForCheck(call, previous)));
        try
        {
            addresses.Ask(call.Request);
        }
        catch (CniException e) when (e.Code == CniErrorCode.CheckFailed || deviations.Count > 0)
        {
            deviations.Add(e.Message);
        }

        if (deviations.Count > 0)
        {
            throw new CniException(
                CniErrorCode.CheckFailed,
                $"container {call.Request.ContainerId}, interface {call.Request.IfName}: {string.Join("; ", deviations)}",
                "a repeated ADD of the container repairs its device, addresses and routes");
        }
    }
}
