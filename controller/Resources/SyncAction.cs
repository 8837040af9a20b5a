namespace Calico.Controller.Resources;

/// <summary>One step towards both sides being the same. Each has a precondition: it happens on what was seen, or not at all.</summary>
internal abstract record SyncAction
{
    /// <summary>Kubernetes' object goes to the datastore, under a name; replaces what is there (null: nothing is), and what it was called before.</summary>
    public sealed record WriteStored(KubernetesSide From, string Name, StoredSide? Over, StoredSide? Former) : SyncAction;

    /// <summary>The user deleted it in Kubernetes.</summary>
    public sealed record DeleteStored(StoredSide Stored) : SyncAction;

    /// <summary>The datastore's object goes to Kubernetes; over an existing one, or null.</summary>
    public sealed record WriteKubernetes(StoredSide From, string Name, KubernetesSide? Over) : SyncAction;

    /// <summary>Somebody deleted it in the datastore.</summary>
    public sealed record DeleteKubernetes(KubernetesSide Kubernetes) : SyncAction;

    public sealed record WriteStatus(KubernetesSide Kubernetes, SyncStatus Status) : SyncAction;
}
