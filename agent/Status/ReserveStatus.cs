namespace Calico.Agent.Status;

/// <summary>How the node is prepared for an outage of etcd, or lives through one.</summary>
public sealed record ReserveStatus
{
    /// <summary>Since when etcd has not answered calls; null while it does.</summary>
    public DateTimeOffset? AwaySince { get; init; }

    /// <summary>IPv4 addresses that could be given to pods without etcd.</summary>
    public int IPv4 { get; init; }

    public int IPv6 { get; init; }

    /// <summary>Calls that were served without etcd and that it has yet to be told of.</summary>
    public int Journal { get; init; }

    /// <summary>Those of which it cannot be told, and why.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}
