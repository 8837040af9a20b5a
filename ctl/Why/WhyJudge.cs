using System.Collections.Immutable;
using Calico.Model.Net;
using Calico.Policy.Evaluation;

namespace Calico.Ctl.Why;

/// <summary>Answers questions from what the datastore holds. Pure.</summary>
internal sealed class WhyJudge(StoredWorld world, HostOptions options)
{
    /// <summary>Finds the ends, and the packets that go between them.</summary>
    /// <exception cref="CtlException">There is no such end, or no packet goes between the two.</exception>
    public WhyCase Resolve(WhyQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        var finder = new EndFinder(world, question.Namespace);
        var (source, destination) = (finder.Find(question.Source), finder.Find(question.Destination));
        var packets = Packets(question, source, destination);
        return packets switch
        {
            [] => throw CtlException.Failed($"no such packet goes from {source.Name} ({Texts(source)}) to {destination.Name} ({Texts(destination)}): they need addresses of one family{(question.Protocol == WhyQuestion.IcmpV6 ? ", and ICMPv6 is of IPv6" : "")}"),
            _ when packets.Exists(packet => packet.Source == packet.Destination) => throw CtlException.Failed($"{source.Name} and {destination.Name} are the same: what somebody sends to himself never leaves him, and no policy sees it"),
            _ => new WhyCase(source, destination, [.. packets]),
        };
    }

    /// <param name="mtuOf">The MTU of an interface of this host; null when it has none of that name.</param>
    public WhyAnswer Answer(WhyCase @case, IpamFacts ipam, Func<string, int?> mtuOf)
    {
        ArgumentNullException.ThrowIfNull(@case);
        var snapshot = world.Snapshot([.. @case.Addresses()], options.Host);
        var journey = new PacketJourney(snapshot);
        var words = new VerdictWords(new PolicyBook(snapshot), world);
        var route = new RouteFinder(world, options, ipam, mtuOf);
        var notes = new NoteFinder(world, snapshot, ipam);
        ImmutableArray<FlowAnswer> flows =
        [
            .. @case.Packets.Select(packet =>
            {
                var way = route.Find(@case, packet);
                var verdicts = journey.Of(packet, way.LeavesAs);
                return new FlowAnswer(packet, [.. verdicts.Select(words.Of)], way, [.. words.Advice(verdicts, @case, packet)]);
            }),
        ];
        return new WhyAnswer(world.Revision, @case.Source, @case.Destination, flows, [.. notes.Find(@case, flows)]);
    }

    private static List<Packet> Packets(WhyQuestion question, End source, End destination)
    {
        List<Packet> packets = [];
        foreach (var family in (IpFamily[])[IpFamily.IPv4, IpFamily.IPv6])
        {
            if (source.Address(family) is { } from && destination.Address(family) is { } to && (question.Protocol != WhyQuestion.IcmpV6 || family == IpFamily.IPv6))
            {
                packets.Add(question.PacketOf(from, to));
            }
        }

        return packets;
    }

    private static string Texts(End end) => end.Addresses.IsEmpty ? "no address" : string.Join(", ", end.Addresses);
}
