using Calico.Cni.Protocol;
using Calico.Model.Identity;

namespace Calico.Cni.Plugin;

/// <summary>Who the call is about (features.md C2): a pod if CNI_ARGS names one, else the container alone.</summary>
internal static class PodIdentity
{
    internal static WorkloadIdentity Of(CniCall call)
    {
        var (request, arguments) = (call.Request, call.Arguments);
        return arguments.IsKubernetes
            ? new(WorkloadIdentity.Kubernetes, arguments.PodNamespace, arguments.PodName, request.ContainerId, request.IfName, call.Conf.Name)
            : new(WorkloadIdentity.PlainCni, WorkloadIdentity.DefaultNamespace, request.ContainerId, request.ContainerId, request.IfName, call.Conf.Name);
    }
}
