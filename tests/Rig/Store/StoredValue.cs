namespace Calico.Tests.Rig.Store;

/// <summary>A value in etcd as text, and the revision of its last change.</summary>
public sealed record StoredValue(string Text, long ModRevision);
