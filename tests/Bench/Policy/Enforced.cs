using System.Diagnostics;
using Calico.Policy.Evaluation;
using Calico.Tests.Rig.Policy;
using Calico.Tests.Rig.Probing;

namespace Calico.Tests.Bench.Policy;

/// <summary>Times a change by the packets it is about.</summary>
internal sealed class Enforced(PolicyCluster cluster, Actor from, Actor to)
{
    public const int Port = 7000;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private int _sourcePort = 10_000;

    /// <summary>From just before the write to etcd until the first packet to <see cref="Port"/> meets its new fate.</summary>
    public async Task<TimeSpan> AfterAsync(KeyValuePair<string, byte[]?> change, bool arrives)
    {
        var start = Stopwatch.GetTimestamp();
        var revision = await cluster.Etcd.CommitAsync([change]);
        while (cluster.Prober.Arrives(Next()) != arrives)
        {
            if (Stopwatch.GetElapsedTime(start) > Deadline)
            {
                throw new TimeoutException($"a change was not enforced within {Deadline.TotalSeconds} s");
            }
        }

        var elapsed = Stopwatch.GetElapsedTime(start);
        await cluster.ProgrammedAsync(revision);
        return elapsed;
    }

    // Each a connection of its own, or the one that was allowed would let all others through.
    private Probe Next()
    {
        _sourcePort = _sourcePort < 65_000 ? _sourcePort + 1 : 10_000;
        return new Probe(from.Place, to.Place, new Packet(from.Address4, to.Address4, 6, _sourcePort, Port));
    }
}
