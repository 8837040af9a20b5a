namespace Calico.Tests.Unit.Ipam.Interleaving;

/// <summary>What an actor is told, and when. Null error: <paramref name="Value"/> is the answer.</summary>
internal sealed record Answer(object? Value, Exception? Error, DateTimeOffset Now, UInt128 ValueDigest)
{
    public UInt128 Digest { get; } = Interleaving.Digest.Join(ValueDigest, (UInt128)Now.UtcTicks, Error is null ? UInt128.Zero : UInt128.One);
}
