using System.Collections.Immutable;
using System.Globalization;

namespace Calico.Policy.Evaluation;

/// <summary>A protocol number and a port that host policy never closes.</summary>
public readonly record struct FailsafePort(int Protocol, int Port)
{
    /// <summary>Reads what FELIX_FAILSAFEINBOUNDHOSTPORTS and its like hold: <c>tcp:22,udp:68</c>, or <c>none</c>.</summary>
    /// <exception cref="FormatException">An entry is not of that form.</exception>
    public static ImmutableArray<FailsafePort> ParseList(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text == "none" ? [] : [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Parse)];
    }

    private static FailsafePort Parse(string text)
    {
        var protocol = text.Split(':') is [var name, _] ? name.ToLowerInvariant() switch { "tcp" => 6, "udp" => 17, "sctp" => 132, _ => 0 } : 0;
        return protocol > 0 && ushort.TryParse(text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
            ? new FailsafePort(protocol, port)
            : throw new FormatException($"'{text}' is not of the form tcp:22, udp:53 or sctp:9");
    }
}

/// <summary>What the agent's configuration says about hosts, with its defaults.</summary>
public sealed record HostSettings
{
    private const int Tcp = 6;
    private const int Udp = 17;

    /// <summary>Upstream's list and the kubelet's port, whose loss makes a node unmanageable.</summary>
    public ImmutableArray<FailsafePort> FailsafeInbound { get; init; } =
        [new(Udp, 68), .. OfTcp(22, 179, 2379, 2380, 5473, 6443, 6666, 6667, 10250)];

    public ImmutableArray<FailsafePort> FailsafeOutbound { get; init; } =
        [new(Udp, 53), new(Udp, 67), .. OfTcp(179, 2379, 2380, 5473, 6443, 6666, 6667)];

    /// <summary>
    /// ICMPv6 types that host policy never closes either: without them IPv6 has no neighbours and no router (RFC 4861), and switches do
    /// not know who listens (RFC 2710, RFC 3810).
    /// </summary>
    public static ImmutableArray<int> LinkTypes { get; } = [130, 131, 132, 133, 134, 135, 136, 143];

    /// <summary>DefaultEndpointToHostAction: false is Drop. Accept and Return both let the packet past our rules.</summary>
    public bool WorkloadsReachTheirHost { get; init; }

    private static IEnumerable<FailsafePort> OfTcp(params int[] ports) => ports.Select(port => new FailsafePort(Tcp, port));
}
