using Calico.Ipam.Core;

namespace Calico.Agent.Api;

/// <summary>A request in the allocator's queue: it waits, and then it is either begun or given up, never both.</summary>
internal sealed class WaitingRequest(IpamRequest request)
{
    private readonly TaskCompletionSource<IpamOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isDecided;

    public IpamRequest Request => request;

    public Task<IpamOutcome> Outcome => _outcome.Task;

    /// <summary>False when its caller has given up.</summary>
    public bool TryBegin() => Interlocked.Exchange(ref _isDecided, 1) == 0;

    /// <summary>Gives it up, unless it is begun.</summary>
    public void Cancel()
    {
        if (Interlocked.Exchange(ref _isDecided, 1) == 0)
        {
            _outcome.TrySetCanceled();
        }
    }

    public void Complete(IpamOutcome outcome) => _outcome.TrySetResult(outcome);

    public void Fail(Exception exception) => _outcome.TrySetException(exception);
}
