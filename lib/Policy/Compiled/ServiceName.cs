namespace Calico.Policy.Compiled;

/// <summary>A Kubernetes Service.</summary>
public readonly record struct ServiceName(string Namespace, string Name)
{
    public override string ToString() => $"{Namespace}/{Name}";
}
