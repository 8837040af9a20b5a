using Calico.Cni.Protocol;

namespace Calico.Cni.Plugin;

/// <summary>ADD: addresses first, then the wiring. Either all of it is there afterwards, or nothing.</summary>
internal sealed class AddVerb(IAddressDelegate addresses, IPodNetwork network)
{
    internal CniResult Run(CniCall call)
    {
        var mtu = MtuSource.Resolve(call.Conf);
        network.RequireNamespace(call.Request.NetNs);

        var undo = new Undo(call.Log);
        try
        {
            var granted = addresses.Ask(call.Request).Result ?? throw NoResult(call);
            undo.Add("the addresses", () => addresses.Ask(call.Request with { Command = CniCommand.Del }));

            var attachment = PodAttachmentPlan.ForAdd(call, granted, mtu);
            undo.Add($"device {attachment.HostName}", () => network.Delete(attachment));
            network.Attach(attachment);
            return PodAttachmentPlan.Result(granted, attachment);
        }
        catch
        {
            undo.Run();
            throw;
        }
    }

    private static CniException NoResult(CniCall call) => new(
        CniErrorCode.DecodingFailure,
        $"IPAM for container {call.Request.ContainerId} succeeded without a result",
        $"ipam.type is {call.Conf.Ipam.Type}");
}
