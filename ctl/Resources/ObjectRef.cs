namespace Calico.Ctl.Resources;

/// <summary>Which object a user means.</summary>
/// <param name="Namespace">Empty for kinds without.</param>
/// <param name="Name">As the user wrote it; that of a policy may carry its tier or not.</param>
internal sealed record ObjectRef(Kind Kind, string Namespace, string Name)
{
    public override string ToString() => Namespace.Length > 0 ? $"{Kind} {Namespace}/{Name}" : $"{Kind} {Name}";
}
