using Calico.Policy.Evaluation;

namespace Calico.Ctl.Why;

/// <summary>
/// What only the agents' settings say, from this program's environment: in the container of an agent it is the same. Elsewhere these are the defaults.
/// </summary>
/// <param name="NatSparesHosts">FELIX_NATOUTGOINGEXCLUSIONS is IPPoolsAndHostIPs.</param>
internal sealed record HostOptions(HostSettings Host, bool NatSparesHosts)
{
    public const string EndpointToHost = "FELIX_DEFAULTENDPOINTTOHOSTACTION";
    private const string FailsafeInbound = "FELIX_FAILSAFEINBOUNDHOSTPORTS";
    private const string FailsafeOutbound = "FELIX_FAILSAFEOUTBOUNDHOSTPORTS";
    private const string NatExclusions = "FELIX_NATOUTGOINGEXCLUSIONS";

    /// <exception cref="CtlException">A variable cannot be used.</exception>
    public static HostOptions Read(IReadOnlyDictionary<string, string> environment)
    {
        var (host, toHost) = (new HostSettings(), Text(EndpointToHost));
        return new HostOptions(
            host with
            {
                WorkloadsReachTheirHost = toHost is not null && !toHost.Equals("Drop", StringComparison.OrdinalIgnoreCase),
                FailsafeInbound = Text(FailsafeInbound) is { } inbound ? Ports(FailsafeInbound, inbound) : host.FailsafeInbound,
                FailsafeOutbound = Text(FailsafeOutbound) is { } outbound ? Ports(FailsafeOutbound, outbound) : host.FailsafeOutbound,
            },
            "IPPoolsAndHostIPs".Equals(Text(NatExclusions), StringComparison.OrdinalIgnoreCase));

        string? Text(string variable) => environment.TryGetValue(variable, out var value) && value.Length > 0 ? value : null;
    }

    private static System.Collections.Immutable.ImmutableArray<FailsafePort> Ports(string variable, string text)
    {
        try
        {
            return FailsafePort.ParseList(text);
        }
        catch (FormatException e)
        {
            throw CtlException.Usage($"{variable}: {e.Message}");
        }
    }
}
