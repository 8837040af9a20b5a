namespace Calico.Model.Resources;

/// <summary>What an object in the datastore remembers of the one in Kubernetes that it is the same as, in three annotations.</summary>
/// <param name="Uid">Of the object in Kubernetes.</param>
/// <param name="Name">Its name there, which need not be the one here: the names of policies carry their tier here.</param>
/// <param name="Definition">UID of the CustomResourceDefinition it was made under. Objects vanish with their definition, and that is no wish to delete them here.</param>
public sealed record StoredLink(string Uid, string Name, string Definition)
{
    public const string UidField = "projectcalico.org/kubernetes-uid";
    public const string NameField = "projectcalico.org/kubernetes-name";
    public const string DefinitionField = "projectcalico.org/kubernetes-definition";

    /// <summary>The annotations, which whoever writes the object on another way leaves as they are.</summary>
    public static IReadOnlyList<string> Fields { get; } = [UidField, NameField, DefinitionField];

    /// <summary>Null when the object came to the datastore on another way.</summary>
    public static StoredLink? Read(Dictionary<string, string>? annotations) =>
        annotations?.GetValueOrDefault(UidField) is { Length: > 0 } uid
            ? new StoredLink(uid, annotations.GetValueOrDefault(NameField) ?? "", annotations.GetValueOrDefault(DefinitionField) ?? "")
            : null;
}
