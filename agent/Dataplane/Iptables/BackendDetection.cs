using Calico.Agent.Dataplane.Tools;
using Calico.Model.Net;

namespace Calico.Agent.Dataplane.Iptables;

/// <summary>Finds the back end that the others of this host use: rules in both would be asked one after the other, and contradict.</summary>
internal sealed class BackendDetection(ToolRunner run)
{
    /// <summary>The wanted one; for Auto, the one with more rules of others in it, nft if there are none.</summary>
    /// <returns>Legacy or Nft.</returns>
    /// <exception cref="IOException">It is not installed or too old; the message says what to do.</exception>
    public async Task<IptablesBackend> DetectAsync(IptablesBackend wanted, CancellationToken cancellationToken)
    {
        if (wanted != IptablesBackend.Auto)
        {
            await CheckAsync(wanted, cancellationToken);
            return wanted;
        }

        var nft = await RulesAsync(IptablesBackend.Nft, cancellationToken);
        var legacy = await RulesAsync(IptablesBackend.Legacy, cancellationToken);
        return (nft.Rules, legacy.Rules) switch
        {
            (null, null) => throw new IOException($"no usable iptables: {nft.Problem}; {legacy.Problem}. Install iptables 1.8.4 or newer"),
            (null, _) => IptablesBackend.Legacy,
            (_, null) => IptablesBackend.Nft,
            var (inNft, inLegacy) => inLegacy > inNft ? IptablesBackend.Legacy : IptablesBackend.Nft,
        };
    }

    private async Task CheckAsync(IptablesBackend backend, CancellationToken cancellationToken)
    {
        foreach (var family in new[] { IpFamily.IPv4, IpFamily.IPv6 })
        {
            await new IptablesTool(backend, family, run).CheckAsync(cancellationToken);
        }
    }

    private async Task<(int? Rules, string Problem)> RulesAsync(IptablesBackend backend, CancellationToken cancellationToken)
    {
        try
        {
            await CheckAsync(backend, cancellationToken);
            var ipv4 = await new IptablesTool(backend, IpFamily.IPv4, run).SaveAsync(cancellationToken);
            var ipv6 = await new IptablesTool(backend, IpFamily.IPv6, run).SaveAsync(cancellationToken);
            return (ipv4.ForeignRules + ipv6.ForeignRules, "");
        }
        catch (IOException e)
        {
            return (null, e.Message);
        }
    }
}
