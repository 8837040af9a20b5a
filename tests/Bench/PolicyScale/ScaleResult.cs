using System.Globalization;

namespace Calico.Tests.Bench.PolicyScale;

/// <summary>Memory in MiB, resident unless it says otherwise.</summary>
internal sealed record ScaleResult(
    double InSyncSeconds, double StartMemory, double Memory, double PeakMemory, double CollectedMemory, double Heap, int Messages, double MemberMicroseconds, double MemberMessages)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        in sync                      {InSyncSeconds:F2} s, {Messages} messages
        resident memory              {Memory:F0} MiB (peak {PeakMemory:F0}, before {StartMemory:F0}, after a full collection {CollectedMemory:F0}; heap {Heap:F0})
        one added member             {MemberMicroseconds:F0} us, {MemberMessages:F2} messages
        """);
}
