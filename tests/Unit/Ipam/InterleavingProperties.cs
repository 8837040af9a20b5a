using Calico.Ipam.Core;
using Calico.Model;
using Calico.Model.Identity;
using Calico.Model.Ipam;
using Calico.Model.Resources;
using Calico.Store;
using Calico.Tests.Fakes;
using FsCheck;
using FsCheck.Fluent;

namespace Calico.Tests.Unit.Ipam;

/// <summary>Several allocators on one store, in any order of their calls, with calls that fail before or after they took effect.</summary>
internal sealed class InterleavingProperties
{
    [Test]
    public void The_invariants_hold_after_every_transaction_of_any_interleaving() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => Run(seed, faults: false)).QuickCheckThrowOnFailure();

    [Test]
    public void The_invariants_hold_whichever_calls_are_lost() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => Run(seed, faults: true)).QuickCheckThrowOnFailure();

    private static bool Run(int seed, bool faults)
    {
        var random = new Random(seed);
        var cluster = Cluster.Ready();
        cluster.Pool("pool", "10.0.0.0/27", spec => spec with { BlockSize = 30 });
        cluster.Configure(new IpamConfig { AutoAllocateBlocks = true, MaxBlocksPerHost = 4, IpCooldownSeconds = random.Next(2) * 30 });
        var turns = new Turns(cluster, random, faults);
        cluster.Store.Gate = turns.WaitAsync;

        // Two callers share node-a, as an agent and calico-ipam do.
        var callers = new[] { "node-a", "node-a", "node-b" }.Select(node => CallAsync(cluster, node, random.Next())).ToList();
        turns.RunToEnd(callers);
        cluster.Store.Gate = null;

        foreach (var node in new[] { "node-a", "node-b" })
        {
            using var client = cluster.Client();
            client.CommitAsync([.. Interfaces(node).Select(i => new ReleaseRequest(i, node))], CancellationToken.None).GetAwaiter().GetResult();
        }

        Require(cluster, "after all were released");
        return !cluster.Keys(EtcdKeys.Handles).Any() && !cluster.Keys(EtcdKeys.Prefix(ResourceKind.WorkloadEndpoint)).Any();
    }

    /// <summary>Few containers with two interfaces each, which share a handle, so that callers get into each other's way.</summary>
    private static List<WorkloadIdentity> Interfaces(string node) =>
        [.. from container in Enumerable.Range(0, 4) from name in new[] { "eth0", "eth1" } select Cluster.Container($"{node}-c{container}", name)];

    private static async Task CallAsync(Cluster cluster, string node, int seed)
    {
        var random = new Random(seed);
        var interfaces = Interfaces(node).ToArray();
        using var client = cluster.Client();
        for (var call = 0; call < 8; call++)
        {
            var batch = random.GetItems(interfaces, random.Next(1, 4)).Distinct()
                .Select(i => random.Next(5) < 3 ? (IpamRequest)new AssignRequest(i, node) : new ReleaseRequest(i, node)).ToList();
            try
            {
                await client.CommitAsync(batch, CancellationToken.None);
            }
            catch (StoreException)
            {
                // Whether it happened is unknown; the invariants must hold either way.
            }

            cluster.Pass(TimeSpan.FromSeconds(random.Next(40)));
        }
    }

    private static void Require(Cluster cluster, string when)
    {
        if (StoreInvariants.Violation(cluster.Store.Contents()) is { } violation)
        {
            throw new InvalidOperationException($"{when}: {violation}");
        }
    }

    /// <summary>Everybody waits before each call of the store; one at a time is let go, and what follows runs on this thread.</summary>
    private sealed class Turns(Cluster cluster, Random random, bool faults)
    {
        private readonly List<TaskCompletionSource> _waiting = [];

        public Task WaitAsync(StoreCall call, CancellationToken cancellationToken)
        {
            var turn = new TaskCompletionSource();
            _waiting.Add(turn);
            return turn.Task;
        }

        public void RunToEnd(List<Task> callers)
        {
            while (_waiting.Count > 0)
            {
                if (faults && random.Next(6) == 0)
                {
                    cluster.Store.FailNext(random.Next(2) == 0 ? StoreFault.BeforeEffect : StoreFault.AfterEffect);
                }

                var turn = _waiting[random.Next(_waiting.Count)];
                _waiting.Remove(turn);
                turn.SetResult();
                Require(cluster, "after a call");
            }

            Task.WhenAll(callers).GetAwaiter().GetResult();
        }
    }
}
