namespace Calico.Tests.Fakes.Kubernetes;

/// <summary>The faults that a test has asked for and that have not happened yet. Safe for concurrent callers.</summary>
internal sealed class FakeFaults
{
    private readonly Lock _lock = new();
    private readonly List<(Func<FakeRequest, bool> Matches, KubernetesFault Fault, int Times)> _faults = [];

    public void Add(Func<FakeRequest, bool> matches, KubernetesFault fault, int times)
    {
        lock (_lock)
        {
            _faults.Add((matches, fault, times));
        }
    }

    /// <summary>What happens before a request is served.</summary>
    /// <returns>False when its connection is to end.</returns>
    public static async Task<bool> MeetAsync(KubernetesFault? fault, CancellationToken stop)
    {
        switch (fault)
        {
            case KubernetesFault.DropRequest:
                return false;
            case KubernetesFault.Delay delay:
                await Task.Delay(delay.Time, stop);
                return true;
            case KubernetesFault.Refuse refuse:
                throw new FakeStatusException(refuse.Code, refuse.Reason, "refused by the test") { RetryAfterSeconds = refuse.RetryAfterSeconds };
            default:
                return true;
        }
    }

    /// <summary>The first fault that this request is to meet; null for none.</summary>
    public KubernetesFault? Take(FakeRequest request)
    {
        lock (_lock)
        {
            var index = _faults.FindIndex(fault => fault.Matches(request));
            if (index < 0)
            {
                return null;
            }

            var (matches, fault, times) = _faults[index];
            if (times > 1)
            {
                _faults[index] = (matches, fault, times - 1);
            }
            else
            {
                _faults.RemoveAt(index);
            }

            return fault;
        }
    }
}
