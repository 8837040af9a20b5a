namespace Calico.Policy.Selectors;

/// <summary>A label with a value, or, without one, with any value.</summary>
public readonly record struct LabelAtom(string Label, string? Value);
