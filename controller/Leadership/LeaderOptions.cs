namespace Calico.Controller.Leadership;

/// <summary>The times of the lease: those of Kubernetes' own controllers.</summary>
/// <param name="Identity">Of this replica; no two may have the same.</param>
internal sealed record LeaderOptions(string Identity)
{
    /// <summary>For how long others leave the lease alone after a renewal.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The holder stops when it has not renewed for so long. What is left of <see cref="Duration"/> is for what it has under way to end.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Between two renewals, and between two looks at another's lease.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromSeconds(2);
}
