namespace Calico.Store;

/// <summary>Changes in order. After it everything up to and including <paramref name="Revision"/> has been seen.</summary>
public sealed record WatchBatch(long Revision, IReadOnlyList<WatchEvent> Events);
