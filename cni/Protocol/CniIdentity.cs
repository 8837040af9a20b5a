using Calico.Model.Identity;

namespace Calico.Cni.Protocol;

/// <summary>Who a call is about: the pod if CNI_ARGS names one, else the container alone.</summary>
public static class CniIdentity
{
    public static WorkloadIdentity Of(PluginRequest request, string network, CniArguments arguments) => arguments.IsKubernetes
        ? new(WorkloadIdentity.Kubernetes, arguments.PodNamespace, arguments.PodName, request.ContainerId, request.IfName, network)
        : new(WorkloadIdentity.PlainCni, WorkloadIdentity.DefaultNamespace, request.ContainerId, request.ContainerId, request.IfName, network);
}
