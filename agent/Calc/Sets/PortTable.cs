namespace Calico.Agent.Calc.Sets;

/// <summary>The named ports of endpoints, held once for all endpoints with the same ones: all pods of a deployment have.</summary>
internal sealed class PortTable
{
    private readonly Dictionary<NamedPort[], (NamedPort[] Shared, int Users)> _lists = new(new PortsComparer());

    /// <summary>Takes a reference to the list that stands for these ports.</summary>
    public NamedPort[] Acquire(NamedPort[] ports)
    {
        if (ports.Length == 0)
        {
            return [];
        }

        var (shared, users) = _lists.GetValueOrDefault(ports, (ports, 0));
        _lists[shared] = (shared, users + 1);
        return shared;
    }

    public void Release(NamedPort[] ports)
    {
        if (ports.Length == 0)
        {
            return;
        }

        var (shared, users) = _lists[ports];
        if (users == 1)
        {
            _lists.Remove(shared);
        }
        else
        {
            _lists[shared] = (shared, users - 1);
        }
    }

    private sealed class PortsComparer : IEqualityComparer<NamedPort[]>
    {
        public bool Equals(NamedPort[]? x, NamedPort[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(NamedPort[] obj) => HashCode.Combine(obj.Length, obj[0], obj[^1]);
    }
}
