using System.Globalization;

namespace Calico.Tests.Unit.Ipam.Interleaving;

/// <summary>What came of visiting every state.</summary>
/// <param name="Ends">Different worlds in which nothing more happened.</param>
/// <param name="Violation">Null when there was none; else what is wrong and the steps that led to it.</param>
internal sealed record Exploration(string Scenario, int States, long Transitions, int Ends, TimeSpan Took, string? Violation)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Scenario}: {States:N0} states, {Transitions:N0} transitions, {Ends:N0} ends, {Took.TotalSeconds:F1} s");
}
