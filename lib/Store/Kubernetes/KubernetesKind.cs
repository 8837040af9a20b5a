namespace Calico.Store.Kubernetes;

/// <summary>A kind of the Kubernetes API, by the names that make its path.</summary>
/// <param name="Group">Such as <c>apps</c>; empty for the core group.</param>
/// <param name="Plural">As in paths, such as <c>networkpolicies</c>.</param>
public abstract record KubernetesKind(string Group, string Version, string Plural, string Kind, bool IsNamespaced)
{
    /// <summary><c>v1</c>, <c>apps/v1</c>: what objects of the kind carry as apiVersion.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>Our record holds every field of the kind, so that an object may be replaced without loss. Others are changed by patches.</summary>
    public bool IsWhole { get; init; }

    public sealed override string ToString() => Group.Length == 0 ? Plural : $"{Plural}.{Group}";
}
