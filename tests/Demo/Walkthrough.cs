using System.Diagnostics;
using System.Globalization;
using Calico.Model.Net;
using Calico.Tests.Rig.Audit;

namespace Calico.Tests.Demo;

/// <summary>The demo from beginning to end: build, show, check, clean up.</summary>
internal sealed class Walkthrough(Screen screen, CancellationToken interrupted)
{
    /// <summary>Runs it; false when something it claims was found not to hold.</summary>
    public async Task<bool> RunAsync()
    {
        var clock = Stopwatch.StartNew();
        await using var dataCentre = new DataCentre();
        screen.Heading("Building a data centre in network namespaces");
        await BuildAsync(dataCentre);
        screen.Heading("The picture");
        screen.Show(Picture.Draw(dataCentre));
        await ShowRoutesAsync(dataCentre);
        await ShowSessionsAsync(dataCentre);
        var facts = await ShowReachabilityAsync(dataCentre);
        screen.Heading("What to look at");
        facts.AddRange(await new Facts(dataCentre).CheckAsync());
        facts.Add(await RemoveAsync(dataCentre));
        facts.ForEach(screen.Fact);
        await screen.StepAsync("everything stopped, namespaces and files removed", async () => await dataCentre.DisposeAsync());
        return Conclude(facts, clock.Elapsed);
    }

    private async Task BuildAsync(DataCentre dataCentre)
    {
        await StepAsync("a fabric router and two hosts", dataCentre.BuildFabricAsync);
        await StepAsync("etcd in the fabric", dataCentre.StartEtcdAsync);
        await StepAsync("calico-agent with BIRD on each host", dataCentre.StartAgentsAsync);
        await StepAsync("containers A B C on host-1, D E on host-2 (five calls of calico ADD)", dataCentre.AddContainersAsync);
        await StepAsync("routes exchanged by BGP", dataCentre.AwaitRoutesAsync);
    }

    private Task StepAsync(string title, Func<Task> step)
    {
        interrupted.ThrowIfCancellationRequested();
        return screen.StepAsync(title, step);
    }

    private async Task ShowRoutesAsync(DataCentre dataCentre)
    {
        foreach (var host in dataCentre.Hosts)
        {
            screen.Heading($"Routes of {host} (ip route; ip -6 route)");
            foreach (var family in (IpFamily[])[IpFamily.IPv4, IpFamily.IPv6])
            {
                screen.Lines(await host.Kernel.RouteLinesAsync(family), line => line.Contains("bird", StringComparison.Ordinal));
            }
        }
    }

    private async Task ShowSessionsAsync(DataCentre dataCentre)
    {
        foreach (var (host, agent) in dataCentre.Hosts.Zip(dataCentre.Agents))
        {
            screen.Heading($"BGP sessions of {host} (calico-agent status)");
            var status = (await agent.RunAsync("status")).OrThrow().Stdout;
            screen.Lines(status.TrimEnd().Split('\n'), line => line.Contains("Established", StringComparison.OrdinalIgnoreCase));
        }
    }

    private async Task<List<Fact>> ShowReachabilityAsync(DataCentre dataCentre)
    {
        screen.Heading("Who reaches whom (TCP; the cell is the address from which the receiver was called)");
        var facts = new List<Fact>();
        foreach (var family in (IpFamily[])[IpFamily.IPv4, IpFamily.IPv6])
        {
            var matrix = await ReachabilityMatrix.MeasureAsync(dataCentre.Containers, family);
            if (family == IpFamily.IPv4)
            {
                screen.Show(matrix.Render());
            }

            facts.Add(Fact.Unless(matrix.Objections, $"{family}: all 20 pairs reach each other, and each receiver sees the sender's own address"));
        }

        return facts;
    }

    private static async Task<Fact> RemoveAsync(DataCentre dataCentre)
    {
        await dataCentre.RemoveContainersAsync();
        var left = new List<string>(await HostAudit.ProblemsAsync(dataCentre.Etcd, dataCentre.Hosts, TimeSpan.FromSeconds(5)));
        var audit = await StoreAudit.ReadAsync(dataCentre.Etcd);
        left.AddRange(audit.Allocations.Select(pair => $"{pair.Key} is still held by {pair.Value}"));
        left.AddRange(audit.Endpoints.Select(endpoint => $"{endpoint.Key} is still there"));
        foreach (var host in dataCentre.Hosts)
        {
            left.AddRange((await host.Kernel.PodDevicesAsync()).Select(device => $"{host} still has {device}"));
        }

        return Fact.Unless(left, "five calls of calico DEL left no address, no handle, no endpoint and no device");
    }

    private bool Conclude(List<Fact> facts, TimeSpan elapsed)
    {
        var failed = facts.Count(fact => !fact.Holds);
        screen.Line("");
        screen.Line(string.Create(CultureInfo.InvariantCulture, $"{facts.Count - failed} of {facts.Count} facts hold, {elapsed.TotalSeconds:F1} s in all."));
        return failed == 0;
    }
}
