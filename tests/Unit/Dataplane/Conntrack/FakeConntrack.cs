using Calico.Agent.Dataplane.Conntrack;
using Calico.Linux.Conntrack;
using Calico.Linux.Netlink;
using Calico.Model.Net;

namespace Calico.Tests.Unit.Dataplane.Conntrack;

/// <summary>A table of tracked connections in memory.</summary>
internal sealed class FakeConntrack : IConntrack
{
    private readonly Lock _lock = new();
    private readonly List<ConntrackEntry> _entries = [];
    private int _reads;

    public bool IsBroken { get; set; }

    public int Reads => Volatile.Read(ref _reads);

    public IReadOnlyList<ConntrackEntry> Entries
    {
        get
        {
            lock (_lock)
            {
                return [.. _entries];
            }
        }
    }

    public ConntrackEntry Add(string source, string destination, int port, string? translated = null)
    {
        var (from, to, real) = (IpAddress.Parse(source), IpAddress.Parse(destination), IpAddress.Parse(translated ?? destination));
        lock (_lock)
        {
            var entry = new ConntrackEntry(
                new ConntrackTuple(from, to, 6, 40000, (ushort)port), new ConntrackTuple(real, from, 6, (ushort)port, 40000), (uint)_entries.Count + 1);
            _entries.Add(entry);
            return entry;
        }
    }

    public void Read(IpFamily family, ConntrackSocket.Visitor visit)
    {
        Interlocked.Increment(ref _reads);
        if (IsBroken)
        {
            throw new NetlinkException("read the tracked connections");
        }

        foreach (var entry in Entries.Where(entry => entry.Family == family))
        {
            visit(entry);
        }
    }

    public void Delete(IReadOnlyList<ConntrackEntry> entries)
    {
        lock (_lock)
        {
            _entries.RemoveAll(entries.Contains);
        }
    }

    public IReadOnlySet<IpAddress> HostAddresses() => new HashSet<IpAddress> { IpAddress.Parse("172.16.0.1") };
}
