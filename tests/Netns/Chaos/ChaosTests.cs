using Calico.Tests.Rig.Audit;
using Calico.Tests.Rig.Processes;

namespace Calico.Tests.Netns.Chaos;

/// <summary>
/// The real programs on an etcd of three while everything fails in turn. No address is ever given twice, and when it is over the store is what lives on
/// the hosts. A cut of some seconds by itself; ./build.sh --target=Chaos makes it longer.
/// </summary>
internal sealed class ChaosTests
{
    private static readonly TimeSpan ProgressPeriod = TimeSpan.FromSeconds(30);

    /// <summary>How long a container that Kubernetes has forgotten lives on: twice what the collector needs to take its addresses, if it may.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromSeconds(40);

    /// <summary>The collector's grace, its looks and the node's answer.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(60);

    [Test]
    public async Task The_store_is_what_lives_on_the_hosts_after_kills_partitions_slow_disks_and_clock_jumps()
    {
        var options = ChaosOptions.FromEnvironment();
        await TestContext.Progress.WriteLineAsync($"Chaos: {options}");
        await using var world = await ChaosWorld.StartAsync(ChaosOptions.Hosts, ChaosOptions.EtcdMembers);
        var ledger = new ChaosLedger();
        var lanes = Enumerable.Range(0, ChaosOptions.Hosts * options.LanesOfHost).Select(number => new ChaosLane(
            world, world.Fabric.Hosts[number % ChaosOptions.Hosts], number, ledger, new Random(options.Seed + number))
        {
            Forgotten = number < ChaosOptions.Hosts ? Forgotten : TimeSpan.Zero,
        }).ToList();
        try
        {
            await RunAsync(options, world, ledger, lanes);
        }
        finally
        {
            await Task.WhenAll(lanes.Select(lane => lane.DisposeAsync().AsTask()));
        }
    }

    private static async Task RunAsync(ChaosOptions options, ChaosWorld world, ChaosLedger ledger, List<ChaosLane> lanes)
    {
        var report = new ChaosReport(options, ledger, world);
        var begun = DateTime.UtcNow;
        var isBroken = false;
        bool GoesOn() => DateTime.UtcNow < begun + options.Duration && ledger.Pairs < options.Pairs && ledger.Duplicates.Count == 0 && !isBroken;
        // Nothing is abandoned towards the end of a short run, which would only wait for the collector.
        bool MayAbandon() => options.IsLong || DateTime.UtcNow < begun + (options.Duration / 3);
        var mischief = StopAllAsync(new Mischief(world, ledger, options.MostQuiet, new Random(options.Seed)).RunAsync(GoesOn));
        var progress = options.IsLong ? TellAsync(report, GoesOn) : Task.CompletedTask;
        await Task.WhenAll(lanes.Select(lane => StopAllAsync(lane.RunAsync(GoesOn, MayAbandon))));
        report.Stop();
        await Task.WhenAll(mischief, progress);

        await world.RecoverAsync();
        var whileSomeLive = await DifferencesAsync(world, ledger);
        await Task.WhenAll(lanes.Select(lane => lane.EndAsync()));
        var whenNoneLives = await DifferencesAsync(world, ledger);
        await TestContext.Progress.WriteLineAsync(report.Table([.. whileSomeLive, .. whenNoneLives]));
        Assert.That(ledger.Duplicates, Is.Empty);
        Assert.That(whileSomeLive, Is.Empty, "while some containers live");
        Assert.That(whenNoneLives, Is.Empty, "when none lives");
        Assert.That((await world.CheckAsync()).ToString(), Does.Contain("found no problems"));
        Assert.That(ledger.Pairs, Is.GreaterThan(lanes.Count), "the lanes must have worked");

        // Whoever fails ends the run, so that it is told at once and not after an hour.
        async Task StopAllAsync(Task part)
        {
            try
            {
                await part;
            }
            catch
            {
                isBroken = true;
                throw;
            }
        }
    }

    private static async Task TellAsync(ChaosReport report, Func<bool> goesOn)
    {
        for (var next = DateTime.UtcNow + ProgressPeriod; goesOn(); await Task.Delay(TimeSpan.FromSeconds(1)))
        {
            if (DateTime.UtcNow >= next)
            {
                next += ProgressPeriod;
                await TestContext.Progress.WriteLineAsync(report.Progress);
            }
        }
    }

    /// <summary>Waits a moment for store and hosts to agree with what the runtimes were told; what still differs.</summary>
    private static async Task<IReadOnlyList<string>> DifferencesAsync(ChaosWorld world, ChaosLedger ledger)
    {
        List<string> differences = [];
        await Wait.ForAsync(
            async () =>
            {
                var audit = StoreAudit.Of(await world.Etcd.ReadAsync());
                differences = [.. audit.Problems];
                differences.AddRange(audit.Allocations.Keys.Except(ledger.InUse.Keys).Select(address => $"{address} is leaked: {audit.Allocations[address]} holds it and is not there"));
                differences.AddRange(ledger.InUse.Keys.Except(audit.Allocations.Keys).Select(address => $"{address} is lost: {ledger.InUse[address]} uses it and nobody holds it"));
                foreach (var host in world.Fabric.Hosts)
                {
                    differences.AddRange(await HostAudit.ProblemsAsync(audit, host));
                }

                return differences.Count == 0;
            },
            Settling);
        return differences;
    }
}
