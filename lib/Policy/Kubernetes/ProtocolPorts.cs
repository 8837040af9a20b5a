using Calico.Model.Policy;

namespace Calico.Policy.Kubernetes;

/// <summary>Which ports of a protocol a rule is about.</summary>
/// <param name="Protocol">Null: any protocol, and then any port.</param>
/// <param name="Ports">Null: every port.</param>
internal sealed record ProtocolPorts(string? Protocol, IReadOnlyList<PolicyPort>? Ports)
{
    /// <summary>What a rule takes (features.md B5); more go into rules beside it.</summary>
    private const int MaxPorts = 50;

    public static ProtocolPorts Any { get; } = new(null, null);

    /// <summary>One entry for each protocol, sorted, with its ports merged into ranges; several where the ports do not fit into one rule.</summary>
    /// <param name="ports">A port that is null is every port of its protocol. Nothing at all is everything.</param>
    public static IReadOnlyList<ProtocolPorts> Merge(IReadOnlyCollection<(string Protocol, PolicyPort? Port)> ports) =>
        ports.Count == 0
            ? [Any]
            : [.. from port in ports
                  group port.Port by port.Protocol into protocol
                  orderby protocol.Key
                  from part in Split(protocol.Key, [.. protocol])
                  select part];

    private static IEnumerable<ProtocolPorts> Split(string protocol, List<PolicyPort?> ports) =>
        ports.Contains(null)
            ? [new ProtocolPorts(protocol, null)]
            : Merged([.. ports.Select(port => port!.Value)]).Chunk(MaxPorts).Select(chunk => new ProtocolPorts(protocol, chunk));

    /// <summary>Names first, then ranges that neither touch nor overlap, ascending. As upstream, a list with one number or none stays as it was written.</summary>
    private static List<PolicyPort> Merged(List<PolicyPort> ports)
    {
        var numbers = ports.Where(port => !port.IsNamed).OrderBy(port => port.First).ToList();
        if (numbers.Sum(port => port.Last - port.First + 1L) <= 1)
        {
            return ports;
        }

        var merged = ports.Where(port => port.IsNamed).ToList();
        var current = numbers[0];
        foreach (var next in numbers.Skip(1))
        {
            if (next.First <= current.Last + 1)
            {
                current = current with { Last = Math.Max(current.Last, next.Last) };
                continue;
            }

            merged.Add(current);
            current = next;
        }

        merged.Add(current);
        return merged;
    }
}
