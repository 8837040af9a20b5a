using System.Runtime.InteropServices;

namespace Calico.Tests.Bench.Spawn;

/// <summary>struct rusage, of which the two times of the processor are read.</summary>
[StructLayout(LayoutKind.Sequential, Size = 144)]
internal struct ResourceUsage
{
    public long UserSeconds;
    public long UserMicroseconds;
    public long SystemSeconds;
    public long SystemMicroseconds;

    public readonly TimeSpan Processor =>
        TimeSpan.FromMicroseconds(((UserSeconds + SystemSeconds) * 1_000_000) + UserMicroseconds + SystemMicroseconds);
}
