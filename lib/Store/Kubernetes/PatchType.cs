namespace Calico.Store.Kubernetes;

/// <summary>How the server understands the body of a patch.</summary>
public enum PatchType
{
    /// <summary>RFC 7386: objects merge, null removes, lists and all else are replaced.</summary>
    Merge,

    /// <summary>Like Merge, but lists with keys, such as conditions by type, merge too. Built-in kinds only.</summary>
    Strategic,

    /// <summary>Server-side apply: the body is all that the manager wants; fields it no longer names go, fields of others stay.</summary>
    Apply,
}
