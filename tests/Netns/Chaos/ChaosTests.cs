using System.Text.Json.Nodes;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Audit;
using Calico.Tests.Rig.Cni;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Processes;
using Calico.Tests.Rig.Store;

namespace Calico.Tests.Netns.Chaos;

/// <summary>
/// The real programs on an etcd of three while everything fails in turn. No address is ever given twice, and when it is over the store is what lives on
/// the hosts. A cut of some seconds by itself; ./build.sh --target=Chaos makes it longer.
/// </summary>
internal sealed class ChaosTests
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(30);

    [Test]
    public async Task The_store_is_what_lives_on_the_hosts_after_kills_partitions_slow_disks_and_clock_jumps()
    {
        var options = ChaosOptions.FromEnvironment();
        await TestContext.Progress.WriteLineAsync($"Chaos: {options}");
        await using var fabric = await Fabric.CreateAsync(ChaosOptions.Hosts);
        await using var etcd = await EtcdMembers.StartAsync(fabric, 3);
        var directory = RigRun.CreateDirectory("chaos");
        var clock = ChaosClock.Find(directory);
        var agents = new List<AgentProcess>();
        var places = new List<Pod>();
        try
        {
            foreach (var host in fabric.Hosts)
            {
                agents.Add(AgentProcess.Launch(host, etcd.EndpointText, clock?.Settings ?? []));
                await agents[^1].WaitUntilReadyAsync();
                for (var lane = 0; lane < ChaosOptions.LanesOfHost; lane++)
                {
                    places.Add(await Pod.CreateAsync(host, "pod"));
                }
            }

            await RunAsync(options, fabric, etcd, agents, places, clock);
        }
        finally
        {
            await Task.WhenAll(agents.Select(agent => agent.DisposeAsync().AsTask()));
            foreach (var place in places)
            {
                await place.DisposeAsync();
            }

            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task RunAsync(
        ChaosOptions options, Fabric fabric, EtcdMembers etcd, List<AgentProcess> agents, List<Pod> places, ChaosClock? clock)
    {
        var ledger = new ChaosLedger();
        var end = DateTime.UtcNow + options.Duration;
        bool GoesOn() => DateTime.UtcNow < end && ledger.Pairs < options.Pairs && ledger.Duplicates.Count == 0;
        var lanes = places.Select((place, index) => (place, lane: new ChaosLane(place.Host, Conf(place.Host, etcd), ledger, new Random(options.Seed + index)))).ToList();
        var mischief = new Mischief(fabric, etcd, agents, clock, ledger, new Random(options.Seed)).RunAsync(GoesOn);
        var last = await Task.WhenAll(lanes.Select(lane => lane.lane.RunAsync(lane.place, GoesOn)));
        await mischief;
        await TestContext.Progress.WriteLineAsync(
            $"Chaos: {ledger}; clock jumps: {(clock is null ? "none, libfaketime is not installed" : "of the agents, by libfaketime")}; {last.Count(pod => pod is not null)} containers live at the end");
        Assert.That(ledger.Duplicates, Is.Empty);
        Assert.That(ledger.Pairs, Is.GreaterThan(places.Count), "the lanes must have worked");

        await etcd.WaitUntilHealthyAsync();
        await Task.WhenAll(agents.Select(agent => agent.WaitUntilReadyAsync()));
        Assert.That(await DifferencesAsync(etcd, fabric, ledger), Is.Empty, "while some containers live");
        await Task.WhenAll(last.Zip(lanes).Where(pair => pair.First is not null).Select(pair => pair.Second.lane.DelAsync(pair.First!)));
        Assert.That(await DifferencesAsync(etcd, fabric, ledger), Is.Empty, "when none lives");
    }

    /// <summary>Waits a moment for store and hosts to agree with what the runtimes were told; what still differs.</summary>
    private static async Task<IReadOnlyList<string>> DifferencesAsync(EtcdMembers etcd, Fabric fabric, ChaosLedger ledger)
    {
        List<string> differences = [];
        await Wait.ForAsync(
            async () =>
            {
                var audit = StoreAudit.Of(await etcd.ReadAsync());
                differences = [.. audit.Problems];
                differences.AddRange(audit.Allocations.Keys.Except(ledger.InUse.Keys).Select(address => $"{address} is leaked: {audit.Allocations[address]} holds it and is not there"));
                differences.AddRange(ledger.InUse.Keys.Except(audit.Allocations.Keys).Select(address => $"{address} is lost: {ledger.InUse[address]} uses it and nobody holds it"));
                foreach (var host in fabric.Hosts)
                {
                    differences.AddRange(await HostAudit.ProblemsAsync(audit, host));
                }

                return differences.Count == 0;
            },
            Settling);
        return differences;
    }

    private static JsonObject Conf(Host host, EtcdMembers etcd) => CniConf.Calico(host, etcd.EndpointText);
}
