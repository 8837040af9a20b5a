namespace Calico.Store;

/// <summary>All keys that begin with a prefix, from a revision on.</summary>
/// <param name="FromRevision">Inclusive; 0 is from now on.</param>
/// <param name="Until">Keys from this one on are left out; null leaves none out.</param>
public sealed record WatchRequest(string Prefix, long FromRevision, string? Until = null);
