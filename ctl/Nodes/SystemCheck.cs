namespace Calico.Ctl.Nodes;

/// <summary>One thing that a node needs.</summary>
/// <param name="State">What was found.</param>
/// <param name="Advice">What to do when it is not there; empty for nothing.</param>
internal sealed record SystemCheck(string Name, SystemCheckState State, string Advice = "");
