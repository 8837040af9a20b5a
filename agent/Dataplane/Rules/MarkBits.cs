using System.Numerics;

namespace Calico.Agent.Dataplane.Rules;

/// <summary>What the bits of a packet's mark mean, from the lowest of the mask on, as upstream gives them out.</summary>
internal sealed record MarkBits
{
    /// <exception cref="ArgumentException">The mask has too few bits.</exception>
    public MarkBits(uint mask)
    {
        if (BitOperations.PopCount(mask) < DataplaneOptions.MarkBits)
        {
            throw new ArgumentException($"the mark mask 0x{mask:x} has fewer than {DataplaneOptions.MarkBits} bits", nameof(mask));
        }

        All = mask;
        Accept = Take(ref mask);
        Pass = Take(ref mask);
        Translated = Take(ref mask);
        Scratch0 = Take(ref mask);
        Scratch1 = Take(ref mask);
    }

    public uint All { get; }

    /// <summary>Policy allowed the packet.</summary>
    public uint Accept { get; }

    /// <summary>A rule passed the packet on to the next tier.</summary>
    public uint Pass { get; }

    /// <summary>The host sent the packet and DNAT gave it another destination. Upstream's drop bit, which our rules do not need.</summary>
    public uint Translated { get; }

    /// <summary>Of one rule, and of no meaning after it; as <see cref="Scratch1"/>.</summary>
    public uint Scratch0 { get; }

    public uint Scratch1 { get; }

    private static uint Take(ref uint mask)
    {
        var bit = mask & (~mask + 1);
        mask ^= bit;
        return bit;
    }
}
