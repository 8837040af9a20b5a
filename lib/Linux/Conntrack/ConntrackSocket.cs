using Calico.Linux.Netlink;
using Calico.Model.Net;

namespace Calico.Linux.Conntrack;

/// <summary>
/// The tracked connections of one network namespace (ctnetlink): the one in which the opening thread was. Synchronous; not thread-safe.
/// </summary>
public sealed class ConntrackSocket : IDisposable
{
    public delegate void Visitor(in ConntrackEntry entry);

    private const int Batch = 24; // as many deletions as surely fit in one request buffer
    private readonly NetlinkSocket _socket;

    private ConntrackSocket(NetlinkSocket socket)
    {
        _socket = socket;
    }

    /// <summary>Opens a socket in the calling thread's namespace.</summary>
    /// <exception cref="NetlinkException">The kernel refused it, as it does without netfilter's netlink.</exception>
    public static ConntrackSocket Open() => new(NetlinkSocket.Open(NetlinkConstants.NetfilterProtocol));

    public void Dispose() => _socket.Dispose();

    /// <summary>Shows every entry of the family. An entry may be shown twice, and one that comes or goes meanwhile may be missed.</summary>
    /// <exception cref="NetlinkException">The kernel refused, as it does without nf_conntrack_netlink.</exception>
    public void Read(IpFamily family, Visitor visit)
    {
        ArgumentNullException.ThrowIfNull(visit);
        _socket.Dump(new DumpEntries(family), static () => { }, payload =>
        {
            if (ConntrackMessages.TryRead(payload, out var entry))
            {
                visit(entry);
            }
        });
    }

    /// <summary>Deletes these entries; one that is gone, or whose tuples another entry has by now, counts as deleted.</summary>
    /// <exception cref="NetlinkException">The first refusal; the others are tried all the same.</exception>
    public void Delete(IReadOnlyList<ConntrackEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        NetlinkException? failure = null;
        for (var start = 0; start < entries.Count; start += Batch)
        {
            var requests = entries.Skip(start).Take(Batch).Select(entry => new DeleteEntry(entry) { AbsenceIsFine = true }).ToArray();
            try
            {
                _socket.Execute(requests);
            }
            catch (NetlinkException e)
            {
                failure ??= e;
            }
        }

        if (failure is not null)
        {
            throw failure;
        }
    }
}
