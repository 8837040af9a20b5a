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
