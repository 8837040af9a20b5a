using System.Diagnostics;
using System.Globalization;
using Calico.Model.Net;
using Calico.Tests.Rig.Audit;
using Calico.Tests.Rig.Policy;

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
        var facts = await ShowPolicyAsync(dataCentre);
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

    private async Task<List<Fact>> ShowPolicyAsync(DataCentre dataCentre)
    {
        static bool SameGroup(Container from, Container to) => from.Placement.Network == to.Placement.Network;
        var facts = new List<Fact>();
        screen.Heading("Who reaches whom: each group its own (✓ reached, seen as; ✗ refused, as policy says; ! otherwise)");
        facts.AddRange(await ShowMatrixAsync(dataCentre, SameGroup, "A, C, E reach each other, B and D each other, and no one else"));

        var opened = PolicyObjects.GlobalPolicy("open", "has(default)", ingress: [PolicyObjects.Allow]);
        screen.Heading("A policy is stored: selector has(default), ingress Allow");
        await StepAsync("stored in etcd, and enforced on both hosts", () => dataCentre.CommitAsync(PolicyObjects.Put(opened)));
        facts.AddRange(await ShowMatrixAsync(
            dataCentre, (from, to) => SameGroup(from, to) || to.Placement.Network == "default", "one policy later B and D reach A, C, E, and not the other way round"));
        await StepAsync("the policy deleted, and both hosts as before", () => dataCentre.CommitAsync(PolicyObjects.Delete(opened)));
        return facts;
    }

    private async Task<List<Fact>> ShowMatrixAsync(DataCentre dataCentre, Func<Container, Container, bool> expected, string claim)
    {
        var facts = new List<Fact>();
        foreach (var family in (IpFamily[])[IpFamily.IPv4, IpFamily.IPv6])
        {
            var matrix = await ReachabilityMatrix.MeasureAsync(dataCentre, family, expected);
            if (family == IpFamily.IPv4)
            {
                screen.Show(matrix.Render());
            }

            facts.Add(Fact.Unless(matrix.Objections, $"{family}: {claim}; each receiver sees the sender's own address"));
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
