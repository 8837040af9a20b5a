using System.Collections.Immutable;
using Calico.Store;

namespace Calico.Tests.Unit.Ipam.Interleaving;

/// <summary>One state of a run: the world, where each actor is, what is still under way to the store, and how many more calls may go wrong.</summary>
/// <param name="Actors">Null for one that died.</param>
/// <param name="Late">Who sent a request that is still to arrive: it is the next call of that point of that life.</param>
internal sealed record RunState(World World, ImmutableArray<ActorNode?> Actors, ImmutableArray<ActorNode> Late, int FaultsLeft)
{
    /// <summary>Equal states go on alike.</summary>
    public UInt128 Hash => Digest.Join([
        World.Hash, (UInt128)FaultsLeft, Late.Aggregate(UInt128.Zero, (sum, late) => sum ^ late.Id), .. Actors.Select(actor => actor?.Id ?? UInt128.Zero)]);

    /// <summary>Everything that may happen next; nothing when all have ended, died, or wait for what nobody will do.</summary>
    public IEnumerable<Move> Moves(bool tears)
    {
        for (var i = 0; i < Actors.Length; i++)
        {
            if (Actors[i]?.Next is not { } call || !call.IsEnabled(World))
            {
                continue;
            }

            yield return new Move(i, Fate.Answered);
            foreach (var move in FaultsLeft > 0 && call.MayFail ? Faults(i, call, tears) : [])
            {
                yield return move;
            }
        }

        for (var i = 0; i < Late.Length; i++)
        {
            yield return new Move(Actors.Length + i, Fate.Answered);
        }
    }

    public ActorNode Mover(Move move) => move.Actor < Actors.Length ? Actors[move.Actor]! : Late[move.Actor - Actors.Length];

    public RunState After(Move move)
    {
        var call = Mover(move).Next!;
        var arrives = move.Fate is Fate.Answered or Fate.AnswerLost or Fate.DiesAfter or Fate.DiesWithin;
        var effect = arrives ? call.Run(World, move.Operations) : new Effect(World, null, UInt128.Zero);
        var next = this with { World = effect.After, FaultsLeft = move.Fate == Fate.Answered ? FaultsLeft : FaultsLeft - 1 };
        if (move.Actor >= Actors.Length)
        {
            return next with { Late = Late.RemoveAt(move.Actor - Actors.Length) };
        }

        if (move.Fate is Fate.ArrivesLate or Fate.DiesAndArrivesLate)
        {
            next = next with { Late = Late.Add(Actors[move.Actor]!) };
        }

        return move.Fate is Fate.DiesBefore or Fate.DiesAfter or Fate.DiesWithin or Fate.DiesAndArrivesLate
            ? next with { Actors = Actors.SetItem(move.Actor, null) }
            : next.Told(move, effect);
    }

    private static IEnumerable<Move> Faults(int actor, Call call, bool tears)
    {
        yield return new Move(actor, Fate.RequestLost);
        yield return new Move(actor, Fate.DiesBefore);
        if (call.Writes == 0)
        {
            yield break;
        }

        foreach (var fate in new[] { Fate.AnswerLost, Fate.ArrivesLate, Fate.DiesAfter, Fate.DiesAndArrivesLate })
        {
            yield return new Move(actor, fate);
        }

        for (var operations = 1; tears && operations < call.Writes; operations++)
        {
            yield return new Move(actor, Fate.DiesWithin, operations);
        }
    }

    /// <summary>The actor hears how its call ended and goes on to its next.</summary>
    private RunState Told(Move move, Effect effect)
    {
        var now = World.Facts.Now;
        var answer = move.Fate == Fate.Answered
            ? new Answer(effect.Answer, null, now, effect.Digest)
            : new Answer(null, new StoreException("the store does not answer") { IsUnavailable = true }, now, UInt128.One);
        var actor = Actors[move.Actor]!.After(answer);
        var facts = actor.Events.Aggregate(World.Facts, (all, change) => change(all));
        return this with { World = World with { Facts = facts }, Actors = Actors.SetItem(move.Actor, actor) };
    }
}
