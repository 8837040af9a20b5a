using Calico.Model.Resources;

namespace Calico.Agent.Calc.Input;

/// <summary>Which stored object: what its key says, which also holds where the value claims something else.</summary>
/// <param name="Namespace">Empty for kinds without one.</param>
public readonly record struct ResourceId(ResourceKind Kind, string Namespace, string Name)
{
    // The kind is left out: a table rarely mixes kinds, and hashing it costs as much as the rest.
    public override int GetHashCode() => HashCode.Combine(Namespace, Name);

    public override string ToString() => Namespace.Length > 0 ? $"{Kind} {Namespace}/{Name}" : $"{Kind} {Name}";
}
