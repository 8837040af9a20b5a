namespace Calico.Ipam.Delegate;

/// <summary>Which pod a runtime means.</summary>
/// <param name="Uid">Empty when the runtime does not say. A stateful set gives a new pod the name of the old one: only this tells them apart.</param>
public sealed record PodReference(string Namespace, string Name, string Uid)
{
    public override string ToString() => $"pod {Namespace}/{Name}{(Uid.Length > 0 ? $" ({Uid})" : "")}";
}
