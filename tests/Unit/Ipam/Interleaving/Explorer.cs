using System.Diagnostics;

namespace Calico.Tests.Unit.Ipam.Interleaving;

/// <summary>
/// Visits every state that a scenario can come to, depth first and each once, and judges it; where nothing more happens, judges what comes of it in
/// the end. Stops at the first violation.
/// </summary>
internal sealed class Explorer(Scenario scenario)
{
    private readonly HashSet<UInt128> _visited = [];
    private readonly List<(RunState State, Move Move)> _path = [];
    private readonly Judge _judge = new(scenario);
    private ActorTree[] _trees = [];
    private long _transitions;
    private string? _violation;

    public Exploration Run()
    {
        var clock = Stopwatch.StartNew();
        var world = scenario.Prepare();
        _trees = [.. scenario.Actors.Select((actor, index) => new ActorTree(actor, index, world.Facts.Now, scenario.Mutation))];
        var start = new RunState(world, [.. _trees.Select(tree => tree.Root)], [], scenario.Faults);
        _visited.Add(start.Hash);
        _violation = _judge.Judged(start.World);
        Visit(start);
        return new Exploration(scenario.Name, _visited.Count, _transitions, _judge.Ends, clock.Elapsed, _violation);
    }

    private void Visit(RunState state)
    {
        var isEnd = true;
        foreach (var move in state.Moves(scenario.Mutation.TearsTransactions))
        {
            isEnd = false;
            if (_violation is not null)
            {
                return;
            }

            Step(state, move);
        }

        if (isEnd && _violation is null)
        {
            Conclude(_judge.JudgedAtEnd(state.World));
        }
    }

    private void Step(RunState state, Move move)
    {
        var next = state.After(move);
        _transitions++;
        _path.Add((state, move));
        Conclude(_judge.JudgedStep(state.World, next.World));
        if (_violation is null && _visited.Add(next.Hash))
        {
            Enter(next, move);
        }

        _path.RemoveAt(_path.Count - 1);
    }

    /// <summary>A state that was not met before.</summary>
    private void Enter(RunState next, Move move)
    {
        var failure = move.Actor < _trees.Length ? next.Actors[move.Actor]?.Failure : null;
        Conclude(failure is null ? _judge.Judged(next.World) : $"{NameOf(move)} failed: {failure.GetType().Name}: {failure.Message}");
        if (_violation is null)
        {
            Visit(next);
        }
    }

    private void Conclude(string? violation)
    {
        if (violation is not null && _violation is null)
        {
            _violation = string.Join('\n', [violation, "after:", .. _path.Select((step, index) => $"{index + 1,3}. {Describe(step.State, step.Move)}")]);
        }
    }

    private string Describe(RunState state, Move move) =>
        $"{NameOf(move)}: {(move.Fate == Fate.Answered ? "" : $"{move.Fate}: ")}{state.Mover(move).Next!.Label()}";

    private string NameOf(Move move) => move.Actor < _trees.Length ? _trees[move.Actor].Name : "a late request";
}
