namespace Calico.Policy.Compiled;

public enum RuleAction
{
    Allow,
    Deny,

    /// <summary>Writes a line to the kernel's log and goes on.</summary>
    Log,

    /// <summary>Leaves the tier: the next tier decides, after the last one the profiles.</summary>
    Pass,
}
