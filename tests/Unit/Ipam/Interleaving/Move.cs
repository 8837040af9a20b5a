namespace Calico.Tests.Unit.Ipam.Interleaving;

/// <summary>One thing that may happen next.</summary>
/// <param name="Actor">Its index; that of a late request counts on from the actors.</param>
/// <param name="Operations">How much of the transaction happens.</param>
internal readonly record struct Move(int Actor, Fate Fate, int Operations = int.MaxValue);
