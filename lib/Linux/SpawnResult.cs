namespace Calico.Linux;

/// <summary>How a child ended.</summary>
/// <param name="ExitCode">128 + signal if a signal ended it, as a shell says it.</param>
/// <param name="TimedOut">It was killed because the deadline passed.</param>
public sealed record SpawnResult(int ExitCode, bool TimedOut, ReadOnlyMemory<byte> Output, ReadOnlyMemory<byte> Errors);
