using System.Globalization;
using System.Text.RegularExpressions;
using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane.Rules;
using Calico.Model.Net;

namespace Calico.Tests.Unit.Dataplane.Rules;

/// <summary>A rule, read from its text as iptables would read it. What it does not know it refuses.</summary>
internal sealed partial class SimulatedRule
{
    private static readonly ProtocolNames Names = ProtocolNames.BuiltIn;

    private readonly List<Func<SimulatedPacket, bool>> _matches = [];
    private readonly Func<string, IReadOnlyCollection<IpSetMember>> _sets;

    public SimulatedRule(string text, Func<string, IReadOnlyCollection<IpSetMember>> sets)
    {
        _sets = sets;
        var words = new Queue<string>(Words().Matches(text).Select(word => word.Value));
        while (words.Peek() is not ("-j" or "-g"))
        {
            Read(words);
        }

        IsGoto = words.Dequeue() == "-g";
        Target = words.Dequeue();
        Arguments = [.. words];
    }

    public bool IsGoto { get; }

    public string Target { get; }

    public IReadOnlyList<string> Arguments { get; }

    public bool Matches(SimulatedPacket packet) => _matches.TrueForAll(match => match(packet));

    public static (uint Value, uint Mask) MarkOf(string text)
    {
        var numbers = text.Split('/').Select(part => Convert.ToUInt32(part, 16)).ToArray();
        return (numbers[0], numbers[1]);
    }

    private void Read(Queue<string> words)
    {
        var word = words.Dequeue();
        var not = word == "!";
        var flag = not ? words.Dequeue() : word;
        if (flag == "-m")
        {
            words.Dequeue();
            return;
        }

        var match = Match(flag, words);
        _matches.Add(not ? packet => !match(packet) : match);
    }

    private Func<SimulatedPacket, bool> Match(string flag, Queue<string> words)
    {
        switch (flag)
        {
            case "--validmark":
                return _ => true;
            case "--invert":
                return packet => packet.IsSpoofed;
            case "--match-set":
                return InSet(words.Dequeue(), words.Dequeue());
            case "--tcp-flags":
                return HasFlags(words.Dequeue().Split(','), words.Dequeue().Split(','));
        }

        var value = words.Dequeue();
        return flag switch
        {
            "-s" => NetIs(value, packet => packet.Packet.Source),
            "-d" => NetIs(value, packet => packet.Packet.Destination),
            "-i" => packet => IsInterface(value, packet.In),
            "-o" => packet => IsInterface(value, packet.Out),
            "-p" => packet => Names[packet.Packet.Protocol] == value,
            "--sports" => packet => HasPort(value, packet.Packet.SourcePort),
            "--dport" or "--dports" => packet => HasPort(value, packet.Packet.DestinationPort),
            "--mark" => packet => (packet.Mark & MarkOf(value).Mask) == MarkOf(value).Value,
            "--ctstate" => packet => value.Split(',').Intersect(packet.States).Any(),
            "--icmp-type" or "--icmpv6-type" => packet => value == $"{packet.Packet.IcmpType}" || value == $"{packet.Packet.IcmpType}/{packet.Packet.IcmpCode}",
            _ => throw new NotSupportedException($"the simulated kernel does not know {flag}"),
        };
    }

    private static Func<SimulatedPacket, bool> NetIs(string text, Func<SimulatedPacket, IpAddress> address)
    {
        var net = Cidr.Parse(text);
        Assert.That(net.ToString(), Is.EqualTo(text), "a net is not written as the tool prints it");
        return packet => net.Family == packet.Family ? net.Contains(address(packet)) : throw new InvalidOperationException($"{text} among rules of {packet.Family}");
    }

    private Func<SimulatedPacket, bool> InSet(string name, string directions)
    {
        var isSource = directions.StartsWith("src", StringComparison.Ordinal);
        var hasPort = directions.Contains(',');
        return packet =>
        {
            var address = isSource ? packet.Packet.Source : packet.Packet.Destination;
            var port = directions.EndsWith("src", StringComparison.Ordinal) ? packet.Packet.SourcePort : packet.Packet.DestinationPort;
            return _sets(name).Any(member =>
                member.Net.Contains(address) && (!hasPort || (member.Protocol == packet.Packet.Protocol && member.Port == port)));
        };
    }

    private static Func<SimulatedPacket, bool> HasFlags(string[] asked, string[] set) => packet => packet.TcpFlags.Intersect(asked).ToHashSet().SetEquals(set);

    private static bool IsInterface(string pattern, string name) =>
        pattern.EndsWith('+') ? name.StartsWith(pattern[..^1], StringComparison.Ordinal) : name == pattern;

    private static bool HasPort(string list, int port)
    {
        var ranges = list.Split(',').Select(range => range.Split(':').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray()).ToList();
        Assert.That(ranges.Sum(range => range.Length), Is.LessThanOrEqualTo(15), "multiport has 15 places");
        return ranges.Exists(range => port >= range[0] && port <= range[^1]);
    }

    [GeneratedRegex("\"[^\"]*\"|\\S+")]
    private static partial Regex Words();
}
