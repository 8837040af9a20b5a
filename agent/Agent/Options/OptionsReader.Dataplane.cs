using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using Calico.Agent.Dataplane;
using Calico.Hosting;
using Calico.Policy.Evaluation;

namespace Calico.Agent.Options;

/// <summary>The settings of the dataplane, as upstream spells them.</summary>
internal sealed partial class OptionsReader
{
    private DataplaneOptions Dataplane(IEnumerable<string> prefixes) => new()
    {
        InterfacePrefixes = [.. prefixes],
        WithIPv6 = _settings.Flag(Settings.IPv6Support),
        EndpointToHost = _settings.Enum<EndpointToHostAction>(Settings.EndpointToHost),
        FilterAllow = _settings.Enum<FilterAllowAction>(Settings.FilterAllow),
        ChainInsert = _settings.Enum<ChainInsertMode>(Settings.ChainInsert),
        Backend = _settings.Enum<IptablesBackend>(Settings.IptablesBackend),
        NatOutgoingExclusions = _settings.Enum<NatOutgoingExclusions>(Settings.NatOutgoingExclusions),
        WorkloadSourceSpoofing = _settings.Enum<WorkloadSourceSpoofing>(Settings.WorkloadSourceSpoofing),
        MarkMask = _settings.Try(Settings.MarkMask, Mask),
        RefreshInterval = TimeSpan.FromSeconds(_settings.Number(Settings.RefreshInterval, 0, 86_400)),
        CutsDeniedFlows = _settings.Flag(Settings.CutDeniedFlows),
        FailsafeInbound = Failsafe(Settings.FailsafeInbound),
        FailsafeOutbound = Failsafe(Settings.FailsafeOutbound),
    };

    private static uint Mask(string text)
    {
        var isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return uint.TryParse(isHex ? text[2..] : text, isHex ? NumberStyles.HexNumber : NumberStyles.None, CultureInfo.InvariantCulture, out var mask)
               && BitOperations.PopCount(mask) >= DataplaneOptions.MarkBits
            ? mask
            : throw new FormatException($"'{text}' is not a number such as 0xffff0000 with at least {DataplaneOptions.MarkBits} bits");
    }

    private ImmutableArray<FailsafePort> Failsafe(Setting setting) => _settings.Try<ImmutableArray<FailsafePort>>(setting, FailsafePort.ParseList);
}
