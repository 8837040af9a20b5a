namespace Calico.Hosting;

/// <summary>The settings cannot be used. All that is wrong with them, one line each.</summary>
#pragma warning disable CA1032 // made in one place, which has the faults
public sealed class OptionsException(IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults))
#pragma warning restore CA1032
{
    public IReadOnlyList<string> Faults => faults;
}
