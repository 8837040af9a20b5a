using Calico.Cni.Protocol;

namespace Calico.Cni.Plugin;

/// <summary>
/// ADD: the wiring that needs no address is done while the addresses are on their way, the rest afterwards. Either all of it is there in the
/// end, or nothing.
/// </summary>
internal sealed class AddVerb(IAddressDelegate addresses, IPodNetwork network)
{
    internal CniResult Run(CniCall call)
    {
        var mtu = MtuSource.Resolve(call.Conf);
        network.RequireNamespace(call.Request.NetNs);

        var outline = PodAttachmentPlan.Outline(call, mtu);
        var undo = new Undo(call.Log);
        try
        {
            var answer = addresses.Ask(call.Request, meanwhile: _ => Prepare());
            var granted = answer.Result ?? throw NoResult(call);
            undo.Add("the addresses", () => addresses.Ask(call.Request with { Command = CniCommand.Del }));

            var attachment = PodAttachmentPlan.ForAdd(outline, call, granted);
            undo.Add($"device {attachment.HostName}", () => network.Delete(attachment));
            network.Attach(attachment, meanwhile: () => AwaitPolicy(answer.PendingRevision));
            return PodAttachmentPlan.Result(granted, attachment);
        }
        catch
        {
            undo.Run();
            throw;
        }

        void AwaitPolicy(long revision)
        {
            if (revision > 0 && call.Conf.PolicySetupTimeout > 0)
            {
                addresses.AwaitPolicy(call.Request, revision, call.Conf.PolicySetupTimeout);
            }
        }

        void Prepare()
        {
            if (network.TryPrepare(outline))
            {
                undo.Add($"device {outline.HostName} without addresses", network.Discard);
            }
        }
    }

    private static CniException NoResult(CniCall call) => new(
        CniErrorCode.DecodingFailure,
        $"IPAM for container {call.Request.ContainerId} succeeded without a result",
        $"ipam.type is {call.Conf.Ipam.Type}");
}
