using Calico.Store.Kubernetes;

namespace Calico.Tests.Fakes.Kubernetes;

/// <summary>One object, or with an empty name all of a kind, or those in a namespace.</summary>
internal sealed record FakeObjectKey(string Group, string Plural, string Namespace, string Name) : IComparable<FakeObjectKey>
{
    public static FakeObjectKey Of(KubernetesKind kind, string ns = "", string name = "") => new(kind.Group, kind.Plural, ns, name);

    /// <summary>Whether this object is one of those.</summary>
    public bool IsOf(FakeObjectKey those) => Group == those.Group && Plural == those.Plural && (those.Namespace.Length == 0 || Namespace == those.Namespace);

    public int CompareTo(FakeObjectKey? other) => string.CompareOrdinal(Path, other?.Path);

    public override string ToString() => $"{Plural}{(Group.Length > 0 ? "." : "")}{Group} \"{Name}\"";

    private string Path => $"{Group}/{Plural}/{Namespace}/{Name}";
}
