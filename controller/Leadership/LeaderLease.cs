using Calico.Store.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Calico.Controller.Leadership;

/// <summary>Lets one replica at a time work: takes the lease, renews it while the work runs, ends the work at once when it cannot, gives the lease back at the end.</summary>
internal sealed class LeaderLease(ILeaseStore store, LeaderOptions options, ILogger log, TimeProvider time)
{
    /// <summary>This replica leads.</summary>
    public bool IsLeader { get; private set; }

    /// <summary>Who leads as far as this replica knows; empty when nobody does.</summary>
    public string Holder { get; private set; } = "";

    /// <summary>Waits for the lease, runs the work while it is held, and waits again when it was lost, until the token is cancelled or the work fails.</summary>
    /// <param name="lead">Ends when its token is cancelled; whatever it throws otherwise ends this too.</param>
    public async Task RunAsync(Func<CancellationToken, Task> lead, CancellationToken cancellationToken)
    {
        while (true)
        {
            var held = await AcquireAsync(cancellationToken);
            await LeadAsync(held, lead, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>A lease as it was taken or renewed, and when the request for that was sent.</summary>
    private sealed record Hold(LeaseRecord Lease, long SentAt);

    private async Task<Hold> AcquireAsync(CancellationToken cancellationToken)
    {
        string? seenVersion = null;
        var seenAt = time.GetTimestamp();
        while (true)
        {
            try
            {
                var lease = await store.ReadAsync(cancellationToken);
                if (lease?.Version != seenVersion)
                {
                    (seenVersion, seenAt) = (lease?.Version, time.GetTimestamp());
                    SetHolder(lease?.Holder ?? "");
                }

                var sentAt = time.GetTimestamp();
                if (LeaseClaim.IsFree(lease, time.GetElapsedTime(seenAt), options.Identity)
                    && await store.WriteAsync(LeaseClaim.Held(lease, options.Identity, options.Duration, time.GetUtcNow()), lease?.Version, cancellationToken) is { } taken)
                {
                    SetHolder(options.Identity);
                    return new Hold(taken, sentAt);
                }
            }
            catch (KubernetesException e)
            {
                ControllerLog.LeaseNotReached(log, e.Message);
            }

            await Task.Delay(options.Period, time, cancellationToken);
        }
    }

    private async Task LeadAsync(Hold held, Func<CancellationToken, Task> lead, CancellationToken cancellationToken)
    {
        using var leading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ControllerLog.Leading(log, options.Identity);
        IsLeader = true;
        var renewing = RenewAsync(held, leading.Token);
        var working = RunAsync();
        await Task.WhenAny(renewing, working);
        IsLeader = false;
        await leading.CancelAsync();
        var isHeld = await renewing;
        try
        {
            await working;
        }
        catch (OperationCanceledException) when (leading.IsCancellationRequested)
        {
            // Its normal end.
        }
        finally
        {
            // Only now: nothing of ours is under way that the next leader could meet.
            if (isHeld)
            {
                await ReleaseAsync();
            }
        }

        // Its own, so that work that fails before it first waits fails like any other.
        async Task RunAsync() => await lead(leading.Token);
    }

    /// <summary>Renews until told to stop, or until the lease is lost.</summary>
    /// <returns>Whether it is still held.</returns>
    private async Task<bool> RenewAsync(Hold held, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(options.Period, time, cancellationToken);
                if (await TryRenewAsync(held, cancellationToken) is not { } renewed)
                {
                    SetHolder("");
                    return false;
                }

                held = renewed;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return true;
        }
    }

    /// <summary>Tries until it succeeds, or the deadline since the last renewal passes, or another has the lease.</summary>
    private async Task<Hold?> TryRenewAsync(Hold held, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Rest(held), time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return await RenewOrLoseAsync(held.Lease, both.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            ControllerLog.LeaseLost(log, $"it could not be renewed for {options.RenewDeadline.TotalSeconds} s");
            return null;
        }
    }

    private async Task<Hold?> RenewOrLoseAsync(LeaseRecord lease, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var sentAt = time.GetTimestamp();
                if (await store.WriteAsync(LeaseClaim.Held(lease, options.Identity, options.Duration, time.GetUtcNow()), lease.Version, cancellationToken) is { } renewed)
                {
                    return new Hold(renewed, sentAt);
                }

                // Ours all the same, if a renewal whose answer was lost did happen.
                var now = await store.ReadAsync(cancellationToken);
                if (now?.Holder != options.Identity)
                {
                    ControllerLog.LeaseLost(log, $"{(now?.Holder is { Length: > 0 } other ? other : "nobody")} has it");
                    return null;
                }

                lease = now;
            }
            catch (KubernetesException e)
            {
                ControllerLog.LeaseNotReached(log, e.Message);
                await Task.Delay(options.Period, time, cancellationToken);
            }
        }
    }

    private TimeSpan Rest(Hold held)
    {
        var rest = options.RenewDeadline - time.GetElapsedTime(held.SentAt);
        return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
    }

    private async Task ReleaseAsync()
    {
        try
        {
            using var deadline = new CancellationTokenSource(options.Period, time);

            // Read again: a renewal that was cut off may have happened, and then it has another version.
            if (await store.ReadAsync(deadline.Token) is { } lease && lease.Holder == options.Identity
                && await store.WriteAsync(LeaseClaim.Released(lease, time.GetUtcNow()), lease.Version, deadline.Token) is not null)
            {
                SetHolder("");
                ControllerLog.LeaseReleased(log);
            }
        }
        catch (Exception e) when (e is KubernetesException or OperationCanceledException)
        {
            ControllerLog.LeaseNotReached(log, e.Message);
        }
    }

    private void SetHolder(string holder)
    {
        if (holder != Holder && holder.Length > 0 && holder != options.Identity)
        {
            ControllerLog.Following(log, holder);
        }

        Holder = holder;
    }
}
