namespace Calico.Policy.Compiled;

/// <summary>Which policy: its kind, its namespace (empty for global kinds) and its name.</summary>
public sealed record PolicyId(string Kind, string Namespace, string Name)
{
    public override string ToString() => Namespace.Length > 0 ? $"{Kind} {Namespace}/{Name}" : $"{Kind} {Name}";
}
