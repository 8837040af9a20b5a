using System.Collections.Immutable;

namespace Calico.Tests.Unit.Ipam.Interleaving;

/// <summary>A small run: where it begins, who acts, and how many calls may go wrong.</summary>
internal sealed record Scenario(string Name)
{
    /// <summary>Pool by name with its range; each is cut into blocks of <see cref="BlockBits"/>.</summary>
    public ImmutableArray<string> Pools { get; init; } = ["10.0.0.0/30"];

    /// <summary>Addresses of a block are two to the power of this.</summary>
    public int BlockBits { get; init; } = 1;

    public ImmutableArray<string> Nodes { get; init; } = ["node-a", "node-b"];

    /// <summary>What happens before, without disturbance.</summary>
    public Action<Beginning> Before { get; init; } = _ => { };

    public ImmutableArray<Actor> Actors { get; init; } = [];

    /// <summary>Calls of one run that are lost, or at which their caller dies.</summary>
    public int Faults { get; init; } = 1;

    public StoreMutation Mutation { get; init; } = StoreMutation.None;

    public World Prepare()
    {
        var beginning = new Beginning(this);
        Before(beginning);
        return new World(StoreState.Of(beginning.Cluster.Store.Contents()), beginning.Facts, [.. Actors.Select(_ => 0)]);
    }

    public override string ToString() => Name;
}
