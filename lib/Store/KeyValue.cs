namespace Calico.Store;

/// <summary>A key with its value and versions. <paramref name="ModRevision"/> is the store's revision of the last change; 0 means absent.</summary>
public sealed record KeyValue(string Key, ReadOnlyMemory<byte> Value, long CreateRevision, long ModRevision, long Version, long Lease = 0);
