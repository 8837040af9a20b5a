using System.Globalization;

namespace Calico.Agent.Dataplane.Rules;

/// <summary>What iptables calls a protocol: the names it knows by itself, then those of the host's <c>/etc/protocols</c>, else the number.</summary>
internal sealed class ProtocolNames
{
    private static readonly Dictionary<int, string> OfTheTool = new()
    {
        [1] = "icmp",
        [6] = "tcp",
        [17] = "udp",
        [50] = "esp",
        [51] = "ah",
        [58] = "ipv6-icmp",
        [132] = "sctp",
        [135] = "mobility-header",
        [136] = "udplite",
    };

    private readonly Dictionary<int, string> _names;

    private ProtocolNames(Dictionary<int, string> names) => _names = names;

    /// <summary>Without the host's file.</summary>
    public static ProtocolNames BuiltIn { get; } = new(OfTheTool);

    public string this[int protocol] => _names.GetValueOrDefault(protocol) ?? protocol.ToString(CultureInfo.InvariantCulture);

    /// <param name="lines">Of <c>/etc/protocols</c>: name, number, aliases; what does not read so is left out.</param>
    public static ProtocolNames FromFile(IEnumerable<string> lines)
    {
        var names = new Dictionary<int, string>(OfTheTool);
        foreach (var line in lines)
        {
            var words = line.Split('#')[0].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 1 && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 256)
            {
                names.TryAdd(number, words[0]);
            }
        }

        return new ProtocolNames(names);
    }
}
