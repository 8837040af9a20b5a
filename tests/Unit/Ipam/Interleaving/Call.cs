namespace Calico.Tests.Unit.Ipam.Interleaving;

/// <summary>What an actor asks of the world: the point at which another may go first, and at which it may die.</summary>
/// <param name="Label">For the trace of a violation.</param>
/// <param name="Writes">How many operations may change the store; 0 for a read.</param>
/// <param name="Run">What happens, as a function of the world; the number is how many operations of a torn transaction do.</param>
internal sealed record Call(Func<string> Label, int Writes, Func<World, int, Effect> Run)
{
    /// <summary>The actor waits until this holds.</summary>
    public Func<World, bool> IsEnabled { get; init; } = _ => true;

    /// <summary>A call of the store, which may be lost, and before or after which the caller may die.</summary>
    public bool MayFail { get; init; }
}
