namespace Calico.Controller.Resources;

/// <summary>An object as Kubernetes holds it.</summary>
/// <param name="Namespace">Empty for kinds without.</param>
/// <param name="Created">Which of two that mean the same object in the datastore came first.</param>
internal sealed record KubernetesSide(string Namespace, string Name, string Uid, string ResourceVersion, long Generation, DateTimeOffset Created, bool IsLeaving, SyncContent Content, SyncStatus? Status);
