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

/// <param name="Digest">Equal for equal answers.</param>
internal sealed record Effect(World After, object? Answer, UInt128 Digest);

/// <summary>What an actor is told, and when. Null error: <paramref name="Value"/> is the answer.</summary>
internal sealed record Answer(object? Value, Exception? Error, DateTimeOffset Now, UInt128 ValueDigest)
{
    public UInt128 Digest { get; } = Interleaving.Digest.Join(ValueDigest, (UInt128)Now.UtcTicks, Error is null ? UInt128.Zero : UInt128.One);
}
