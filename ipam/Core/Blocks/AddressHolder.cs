using System.Globalization;
using Calico.Model.Identity;
using Calico.Model.Ipam;

namespace Calico.Ipam.Core.Blocks;

/// <summary>
/// Who holds addresses: the handle of the container, narrowed to one of its interfaces. Upstream releases by handle alone; the extra field
/// <c>interface</c> among the attributes lets two interfaces of one container on one network be released one by one.
/// </summary>
internal sealed record AddressHolder(string HandleId, string Interface)
{
    public const string InterfaceField = "interface";

    public static AddressHolder Of(WorkloadIdentity identity) => new(identity.HandleId, identity.Interface);

    /// <summary>An allocation without the field was made by upstream's client and belongs to the container as a whole.</summary>
    public bool Holds(AllocationAttribute attribute) =>
        attribute.HandleId == HandleId
        && attribute.ReleasedAt is null
        && (attribute.Secondary is null || !attribute.Secondary.TryGetValue(InterfaceField, out var name) || name == Interface);

    /// <summary>What is written beside the address, in upstream's fields.</summary>
    public static AllocationAttribute Attribute(WorkloadIdentity identity, string node, DateTimeOffset now)
    {
        var fields = new Dictionary<string, string>
        {
            [AllocationAttribute.NodeField] = node,
            ["timestamp"] = now.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF '+0000 UTC'", CultureInfo.InvariantCulture),
            [InterfaceField] = identity.Interface,
        };
        if (identity.IsKubernetes)
        {
            fields[AllocationAttribute.PodField] = identity.Workload;
            fields[AllocationAttribute.NamespaceField] = identity.Namespace;
        }

        return new AllocationAttribute { HandleId = identity.HandleId, Secondary = fields };
    }
}
