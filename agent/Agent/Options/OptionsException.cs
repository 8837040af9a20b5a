namespace Calico.Agent.Options;

/// <summary>The settings cannot be used. All that is wrong with them, one line each.</summary>
internal sealed class OptionsException(IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults))
{
    public IReadOnlyList<string> Faults => faults;
}
