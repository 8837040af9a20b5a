namespace Calico.Controller.Resources;

/// <summary>Which datastore and which definition the two sides are of.</summary>
/// <param name="Datastore">GUID of the datastore.</param>
/// <param name="Definition">UID of the kind's CustomResourceDefinition.</param>
internal sealed record SyncContext(string Datastore, string Definition);
