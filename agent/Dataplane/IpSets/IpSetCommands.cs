namespace Calico.Agent.Dataplane.IpSets;

/// <summary>Commands for <c>ipset restore</c> that belong together, and may be run twice.</summary>
internal sealed record IpSetCommands(string Set, IEnumerable<string> Lines);
