using Calico.Agent.Api;
using Calico.Agent.Calc.Input;
using Calico.Agent.Dataplane;
using Calico.Agent.Store;
using Calico.Cni.Protocol;
using Calico.Ipam.Core;
using Calico.Model;
using Calico.Model.Identity;
using Calico.Model.Resources;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Policy;

/// <summary>Lets an ADD wait until its pod's policy is in the kernel.</summary>
internal sealed class EndpointReadiness(DataplaneLoop dataplane, IpamClient ipam, EndpointOverlay overlay, string node, ILogger log) : IEndpointReadiness
{
    /// <summary>Below the server's deadline for a request (25 s).</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    public long PendingRevision(PluginRequest add, CniResult result)
    {
        if (result.Interfaces.Count == 0)
        {
            return 0; // the main plugin is another, and there is no endpoint
        }

        var identity = IdentityOf(add);
        var revision = overlay.MarkOf(EtcdKeys.Endpoint(identity, node), add.ContainerId) is > 0 and var mark ? DataplaneUpdate.LocalBase + mark : ipam.EndpointRevision;
        return revision > 0 && !dataplane.Has(EndpointOf(identity), revision) ? revision : 0;
    }

    public async Task<bool> WaitAsync(PluginRequest add, ReadyQuestion question, CancellationToken cancellationToken)
    {
        var wanted = TimeSpan.FromSeconds(question.TimeoutSeconds);
        var endpoint = EndpointOf(IdentityOf(add));
        if (await dataplane.WaitAsync(endpoint, question.Revision, wanted < LongestWait ? wanted : LongestWait, cancellationToken))
        {
            return true;
        }

        PolicyLog.EndpointLate(log, endpoint.ToString(), question.Revision, dataplane.Status.ProgrammedRevision);
        return false;
    }

    private static WorkloadIdentity IdentityOf(PluginRequest add) => CniIdentity.Of(add, "", CniArguments.Parse(add.Args));

    private ResourceId EndpointOf(WorkloadIdentity identity) => new(ResourceKind.WorkloadEndpoint, identity.Namespace, identity.EndpointName(node));
}
