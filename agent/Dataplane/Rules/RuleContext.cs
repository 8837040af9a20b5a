using Calico.Model.Net;

namespace Calico.Agent.Dataplane.Rules;

/// <summary>What every renderer needs to know: the settings, and of which family the rules are.</summary>
internal sealed record RuleContext(DataplaneOptions Options, IpFamily Family, ProtocolNames Protocols)
{
    public MarkBits Marks { get; } = new(Options.MarkMask);

    /// <summary>What an allowed packet meets in the filter table.</summary>
    public string Allowed(RuleMatch match) => Options.FilterAllow == FilterAllowAction.Accept ? match.Accept() : match.Return();

    /// <summary>One for each prefix that workloads' interfaces begin with.</summary>
    public IEnumerable<string> ForWorkloadInterfaces(RuleSide side, Func<RuleMatch, string> rule) =>
        Options.InterfacePrefixes.Select(prefix => rule(RuleMatch.Any.Interface(side, prefix + "+")));
}
