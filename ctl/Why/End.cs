using System.Collections.Immutable;
using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Ctl.Why;

internal enum EndKind
{
    Workload,

    /// <summary>A node's own address: what its processes, and pods in its network, send from.</summary>
    Node,

    /// <summary>An address that belongs to nobody the datastore knows.</summary>
    Outside,
}

/// <summary>Who sends or receives.</summary>
/// <param name="Name">For people: <c>shop/web</c>, a node, or the address.</param>
/// <param name="Addresses">Those that the question is about, at most one of a family.</param>
internal sealed record End(EndKind Kind, string Name, ImmutableArray<IpAddress> Addresses)
{
    /// <summary>Empty when it is not known.</summary>
    public string Node { get; init; } = "";

    public Resource<WorkloadEndpointSpec>? Workload { get; init; }

    /// <summary>The network sets that an outside address is in.</summary>
    public ImmutableArray<string> Sets { get; init; } = [];

    public IpAddress? Address(IpFamily family)
    {
        foreach (var address in Addresses)
        {
            if (address.Family == family)
            {
                return address;
            }
        }

        return null;
    }

    public override string ToString() => Kind switch
    {
        EndKind.Workload => $"pod {Name}{(Node.Length > 0 ? $" on {Node}" : "")}",
        EndKind.Node => $"node {Name}",
        _ => Sets.IsEmpty ? $"outside address {Name}" : $"outside address {Name} (in {string.Join(", ", Sets)})",
    };
}
