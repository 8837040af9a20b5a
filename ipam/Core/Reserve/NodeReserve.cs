using Calico.Model.Identity;
using Calico.Model.Ipam;

namespace Calico.Ipam.Core.Reserve;

/// <summary>The addresses that a node holds for itself, to give to pods while etcd is away (docs/adr/0008): what they look like in the store.</summary>
public static class NodeReserve
{
    /// <summary>The value of the attribute <c>type</c>: no pod has such an address, and it is no leak.</summary>
    public const string Purpose = "nodeReserve";

    private const string Network = "calico-reserve";

    /// <summary><c>calico-reserve.NODE</c>.</summary>
    public static string HandleId(string node) => Identity(node).HandleId;

    internal static WorkloadIdentity Identity(string node) =>
        new(WorkloadIdentity.PlainCni, WorkloadIdentity.DefaultNamespace, node, node, "", Network);

    /// <summary>Without a time, so that all addresses of the reserve share one attribute of their block.</summary>
    internal static AllocationAttribute Attribute(string node) => new()
    {
        HandleId = HandleId(node),
        Secondary = new Dictionary<string, string> { [AllocationAttribute.NodeField] = node, [AllocationAttribute.TypeField] = Purpose },
    };
}
