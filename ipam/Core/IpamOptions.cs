namespace Calico.Ipam.Core;

/// <summary>How long a caller of the allocator may be kept.</summary>
public sealed record IpamOptions
{
    /// <summary>Commits of one batch before it gives up against other writers.</summary>
    public int MaxTries { get; init; } = 100;

    /// <summary>For one batch, waiting for other batches of this client included.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest random pause between two tries.</summary>
    public TimeSpan MaxPause { get; init; } = TimeSpan.FromMilliseconds(64);

    /// <summary>Taken for each batch, by processes that do not live long enough to batch with others; null takes none.</summary>
    public INodeTurn? Turn { get; init; }
}
