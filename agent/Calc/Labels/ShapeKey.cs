namespace Calico.Agent.Calc.Labels;

/// <summary>What objects of one shape have in common.</summary>
/// <param name="Own">Sorted by the names' numbers; held once each, so they compare by reference.</param>
/// <param name="Profiles">Held once, too.</param>
internal readonly record struct ShapeKey(LabelValue[] Own, ProfileList Profiles);
