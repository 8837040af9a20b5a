using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using Calico.Agent.Dataplane;
using Calico.Policy.Evaluation;

namespace Calico.Agent.Options;

/// <summary>The settings of the dataplane, as upstream spells them.</summary>
internal sealed partial class OptionsReader
{
    private DataplaneOptions Dataplane(IEnumerable<string> prefixes) => new()
    {
        InterfacePrefixes = [.. prefixes],
        WithIPv6 = Flag(Settings.IPv6Support),
        EndpointToHost = Enum<EndpointToHostAction>(Settings.EndpointToHost),
        FilterAllow = Enum<FilterAllowAction>(Settings.FilterAllow),
        ChainInsert = Enum<ChainInsertMode>(Settings.ChainInsert),
        Backend = Enum<IptablesBackend>(Settings.IptablesBackend),
        NatOutgoingExclusions = Enum<NatOutgoingExclusions>(Settings.NatOutgoingExclusions),
        WorkloadSourceSpoofing = Enum<WorkloadSourceSpoofing>(Settings.WorkloadSourceSpoofing),
        MarkMask = Try(Settings.MarkMask, Mask),
        RefreshInterval = TimeSpan.FromSeconds(Number(Settings.RefreshInterval, 0, 86_400)),
        CutsDeniedFlows = Flag(Settings.CutDeniedFlows),
        FailsafeInbound = Failsafe(Settings.FailsafeInbound),
        FailsafeOutbound = Failsafe(Settings.FailsafeOutbound),
    };

    private T Enum<T>(Setting setting)
        where T : struct, Enum =>
        Try(setting, text => !char.IsAsciiDigit(text[0]) && System.Enum.TryParse<T>(text, ignoreCase: true, out var value) && System.Enum.IsDefined(value)
            ? value
            : throw new FormatException($"'{text}' is not one of {string.Join(", ", System.Enum.GetNames<T>())}"));

    private static uint Mask(string text)
    {
        var isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return uint.TryParse(isHex ? text[2..] : text, isHex ? NumberStyles.HexNumber : NumberStyles.None, CultureInfo.InvariantCulture, out var mask)
               && BitOperations.PopCount(mask) >= DataplaneOptions.MarkBits
            ? mask
            : throw new FormatException($"'{text}' is not a number such as 0xffff0000 with at least {DataplaneOptions.MarkBits} bits");
    }

    private ImmutableArray<FailsafePort> Failsafe(Setting setting) => Try<ImmutableArray<FailsafePort>>(setting, text => text == "none"
        ? []
        : [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Failsafe)]);

    private static FailsafePort Failsafe(string text)
    {
        var protocol = text.Split(':') is [var name, _] ? name.ToLowerInvariant() switch { "tcp" => 6, "udp" => 17, "sctp" => 132, _ => 0 } : 0;
        return protocol > 0 && ushort.TryParse(text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
            ? new FailsafePort(protocol, port)
            : throw new FormatException($"'{text}' is not of the form tcp:22, udp:53 or sctp:9");
    }
}
