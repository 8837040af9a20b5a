using System.Collections.Immutable;
using Calico.Controller.Ipam;
using Calico.Ipam.Core;
using Calico.Ipam.Core.Collection;
using Calico.Model;
using Calico.Model.Ipam;
using Calico.Model.Json;
using Calico.Model.Net;
using Calico.Store;
using Calico.Tests.Unit.Controller.Ipam;

namespace Calico.Tests.Unit.Ipam.Interleaving;

/// <summary>The collector of leaked addresses, with what it asks of Kubernetes, and the agent that answers it.</summary>
internal static class Collecting
{
    /// <summary>Looks several times, a grace period apart.</summary>
    public static Actor Collector(int looks) => new("collector", async run =>
    {
        var store = run.Store(keepsSnapshots: true);
        using var ipam = new IpamClient(store, new IpamOptions { MaxPause = TimeSpan.Zero }, run);
        var collector = new Collector(store, ipam, new Reader(run), new NoReport(), CollectorWorld.Options, run);
        for (var look = 1; look <= looks; look++)
        {
            try
            {
                await collector.LookAsync(CancellationToken.None);
            }
            catch (StoreException)
            {
                // The next look begins anew.
            }

            if (look < looks)
            {
                // After the second look the node has been asked; its answer counts for one grace period.
                await run.ChangeAsync("time passes", facts => facts.At(facts.Now + (look == 1 ? CollectorWorld.Options.Grace : TimeSpan.FromSeconds(15))));
            }
        }
    });

    /// <summary>Waits for a question, looks at what is plugged in, answers.</summary>
    public static Actor Answerer(string node) => new($"agent of {node}", async run =>
    {
        var store = run.Store();
        run.Forget("waits for a question");
        await run.ChangeAsync("is asked", facts => facts, world => world.Store.Under(EtcdKeys.InquiriesOf(node)).Any());
        try
        {
            var questions = await store.RangeAsync(RangeRequest.Prefix(EtcdKeys.InquiriesOf(node)), CancellationToken.None);
            foreach (var question in questions.KeyValues)
            {
                var inquiry = ModelJson.Read<AddressInquiry>(question.Value.Span);
                var isUsed = await run.LookAsync(
                    "looks at its interfaces",
                    facts => facts.Running.Values.Any(r => r.Node == node && r.Addresses.Any(a => inquiry.Addresses.Contains(a.ToString()))),
                    used => used.ToString());
                var answer = inquiry with { InUse = isUsed, Evidence = isUsed ? "cali0 is there" : null, AnsweredAt = run.GetUtcNow() };
                await store.TxnAsync(
                    new TxnRequest([Compare.Unchanged(question)], [new StoreOp.Put(question.Key, ModelJson.Write(answer))], []), CancellationToken.None);
            }
        }
        catch (StoreException)
        {
            // Without an answer nothing is taken.
        }
    });

    private sealed class Reader(ActorRun run) : IClusterReader
    {
        public Task<ClusterFacts> ReadAsync(CancellationToken cancellationToken) => run.LookAsync(
            "lists pods and nodes",
            facts => new ClusterFacts(facts.Pods.Values.ToImmutableDictionary(p => (p.Namespace, p.Name)), [.. facts.Nodes]),
            seen => string.Join(' ', seen.Pods.Values.Select(Text).Order(StringComparer.Ordinal).Concat(seen.Nodes.Order(StringComparer.Ordinal))));

        public Task<PodFact?> FindPodAsync(string @namespace, string name, CancellationToken cancellationToken) =>
            run.LookAsync($"looks for pod {name}", facts => facts.Pods.GetValueOrDefault(name), Text);

        public Task<bool> HasNodeAsync(string name, CancellationToken cancellationToken) =>
            run.LookAsync($"looks for node {name}", facts => facts.Nodes.Contains(name), found => found.ToString());

        private static string Text(PodFact? pod) => pod is null ? "none" : $"{pod.Name}@{pod.Node}={string.Join(',', pod.Addresses)}";
    }

    private sealed class NoReport : ICollectorReport
    {
        public void Looked(IpamSnapshot store, CollectorPlan plan)
        {
        }

        public void Reclaimed(Leak leak, ImmutableArray<IpAddress> freed)
        {
        }

        public void Released(BlockRelease block)
        {
        }

        public void Kept(Leak leak, string reason)
        {
        }

        public void Kept(BlockRelease block, string reason)
        {
        }
    }
}
