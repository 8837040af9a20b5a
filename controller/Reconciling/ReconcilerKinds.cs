using Calico.Controller.ClusterPolicies;
using Calico.Controller.Ipam;
using Calico.Controller.Namespaces;
using Calico.Controller.Nodes;
using Calico.Controller.Pods;
using Calico.Controller.Policies;
using Calico.Controller.Resources;
using Calico.Controller.ServiceAccounts;

namespace Calico.Controller.Reconciling;

/// <summary>Every reconciler there is, in the order of the help. A new one is one line here.</summary>
internal static class ReconcilerKinds
{
    public static IReadOnlyList<ReconcilerKind> All { get; } =
    [
        PolicyReconciler.Kind,
        NamespaceReconciler.Kind,
        ServiceAccountReconciler.Kind,
        PodReconciler.Kind,
        ClusterPolicyReconciler.Kind,
        NodeReconciler.Kind,
        IpamReconciler.Kind,
        ResourceReconciler.Kind,
    ];
}
