namespace Calico.Agent.Api.Outage;

/// <summary>How a node lives through an outage of the store.</summary>
public sealed record OutageOptions
{
    /// <summary>Addresses of each family that the node holds in reserve; 0: nothing is done without the store.</summary>
    public required int Reserve { get; init; }

    /// <summary>Where calls are written that the store has yet to be told of.</summary>
    public required string JournalFile { get; init; }

    /// <summary>How long a call waits for the store before it is served without. A store that is known to be away is not waited for.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Between two looks whether the store is back.</summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Between two tries to tell the store of what it could not be told.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Between two looks at the reserve when nothing seems to have changed.</summary>
    public TimeSpan FillInterval { get; init; } = TimeSpan.FromMinutes(10);
}
