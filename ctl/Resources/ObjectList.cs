namespace Calico.Ctl.Resources;

/// <summary>Objects of one kind.</summary>
/// <param name="Revision">The datastore's revision at which they were read.</param>
/// <param name="Problems">Stored objects that cannot be read, each a sentence with its key.</param>
internal sealed record ObjectList(Kind Kind, long Revision, IReadOnlyList<StoredObject> Objects, IReadOnlyList<string> Problems);
