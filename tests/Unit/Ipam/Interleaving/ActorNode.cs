using System.Collections.Immutable;

namespace Calico.Tests.Unit.Ipam.Interleaving;

/// <summary>
/// A point in the life of an actor. What it does next is a function of the answers it has got, so its life is a tree that grows where an answer is met
/// for the first time: only then does the actor's code run, alone, with the answers on the way there.
/// </summary>
internal sealed class ActorNode
{
    private readonly ActorTree _tree;
    private readonly ActorNode? _parent;
    private readonly Answer? _answer;
    private readonly Dictionary<UInt128, ActorNode> _children = [];
    private ActorRun? _run;

    public ActorNode(ActorTree tree, ActorRun run, ActorNode? parent, Answer? answer)
    {
        _tree = tree;
        _run = run.Next is null ? null : run;
        _parent = parent;
        _answer = answer;
        Next = run.Next;
        Events = run.Events;
        Failure = run.Failure;
        Id = IdOf(run);
    }

    /// <summary>Equal Ids go on alike.</summary>
    public UInt128 Id { get; }

    /// <summary>Null when the actor has ended.</summary>
    public Call? Next { get; }

    public ImmutableArray<Func<Facts, Facts>> Events { get; }

    public Exception? Failure { get; }

    public ActorNode After(Answer answer)
    {
        if (!_children.TryGetValue(answer.Digest, out var child))
        {
            var run = TakeRun();
            run.Deliver(answer);
            _children[answer.Digest] = child = _tree.Add(new ActorNode(_tree, run, this, answer));
        }

        return child;
    }

    private UInt128 IdOf(ActorRun run)
    {
        if (run.Next is null)
        {
            return Digest.Of($"{_tree.Index} has ended");
        }

        return run.Position is { } position
            ? Digest.Join(Digest.Of($"{_tree.Index} {position}"), (UInt128)run.GetUtcNow().UtcTicks)
            : Digest.Join(_parent?.Id ?? Digest.Of($"{_tree.Index}"), _answer?.Digest ?? UInt128.Zero);
    }

    /// <summary>An execution that has come to this point: the one that found it, or a new one.</summary>
    private ActorRun TakeRun()
    {
        if (_run is { } ready)
        {
            _run = null;
            return ready;
        }

        return Replay();
    }

    /// <summary>Runs the actor's code again up to this point.</summary>
    private ActorRun Replay()
    {
        var run = _parent?.Replay() ?? _tree.Start();
        if (_answer is not null)
        {
            run.Deliver(_answer);
        }

        return run;
    }
}
