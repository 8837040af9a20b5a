namespace Calico.Tests.Unit.Ipam.Interleaving;

/// <summary>All lives of one actor that were met so far.</summary>
internal sealed class ActorTree
{
    private readonly Actor _actor;
    private readonly DateTimeOffset _start;
    private readonly StoreMutation _mutation;
    private readonly Dictionary<UInt128, ActorNode> _nodes = [];

    public ActorTree(Actor actor, int index, DateTimeOffset start, StoreMutation mutation)
    {
        _actor = actor;
        _start = start;
        _mutation = mutation;
        Index = index;
        Root = Add(new ActorNode(this, Start(), null, null));
    }

    public int Index { get; }

    public string Name => _actor.Name;

    public ActorNode Root { get; }

    /// <summary>How often the actor's code was run from its beginning.</summary>
    public int Executions { get; private set; }

    public ActorRun Start()
    {
        Executions++;
        return new ActorRun(_actor, Index, _start, _mutation);
    }

    /// <summary>The node, or an equal one that was met before. Ended ones differ in what they did last and are kept apart.</summary>
    public ActorNode Add(ActorNode node)
    {
        if (node.Next is null || !node.Events.IsEmpty)
        {
            return node;
        }

        return _nodes.TryGetValue(node.Id, out var known) ? known : _nodes[node.Id] = node;
    }
}
