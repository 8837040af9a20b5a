using System.Collections.Immutable;
using Calico.Model.Net;
using Calico.Policy.Evaluation;

namespace Calico.Ctl.Why;

/// <summary>A question whose ends are known.</summary>
/// <param name="Packets">One for each family that both ends have.</param>
internal sealed record WhyCase(End Source, End Destination, ImmutableArray<Packet> Packets)
{
    /// <summary>All that packets come from and go to.</summary>
    public IReadOnlyList<IpAddress> Addresses()
    {
        List<IpAddress> addresses = [];
        foreach (var packet in Packets)
        {
            addresses.AddRange([packet.Source, packet.Destination]);
        }

        return addresses;
    }
}
