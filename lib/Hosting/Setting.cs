using System.CommandLine;

namespace Calico.Hosting;

/// <summary>One thing that an operator can set: by an environment variable with upstream's name, or by a flag of the same meaning, which wins.</summary>
/// <param name="Variable">The variable; the flag is its name in lower case with dashes.</param>
/// <param name="Default">What holds when neither is given, as text; empty where there is none.</param>
/// <param name="Description">For <c>--help</c>: what it does and which values it takes.</param>
public sealed record Setting(string Variable, string Default, string Description)
{
    public string Flag => "--" + Variable.ToLowerInvariant().Replace('_', '-');

    /// <summary>For a command that wants few settings: the flag, then the variable, then the default.</summary>
    public Option<string> ToOption(IReadOnlyDictionary<string, string> environment) => new(Flag)
    {
        Description = $"{Description} [env: {Variable}]",
        DefaultValueFactory = _ => environment.GetValueOrDefault(Variable) is { Length: > 0 } given ? given : Default,
    };
}
