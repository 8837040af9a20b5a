using System.Text.Json.Nodes;
using Calico.Model.Net;
using Calico.Tests.Bench.Spawn;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Processes;

namespace Calico.Tests.Bench.Stage;

/// <summary>Judges by iproute2 that a contender does what it is timed for: a plugin that fails fast would win every race.</summary>
internal static class Attachment
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <summary>Attaches and detaches one pod, and throws unless the kernel shows both.</summary>
    public static async Task VerifyAsync(Contender contender)
    {
        var pod = contender.Pods[0];
        var before = await DevicesAsync(contender);
        var result = Run(contender, contender.Add(pod)).Stdout;
        await VerifyAttachedAsync(contender, pod, result, before);
        Run(contender, contender.Del(pod, result));
        await Wait.UntilAsync(async () => await IsDetachedAsync(contender, pod, before), Deadline, () => $"the end of the devices of {contender}");
    }

    private static async Task VerifyAttachedAsync(Contender contender, Pod pod, string result, HashSet<string> before)
    {
        var promised = (string?)JsonNode.Parse(result)!["ips"]?[0]?["address"]
            ?? throw new InvalidOperationException($"{contender}: the result of ADD has no address: {result}");
        var addresses = await pod.Namespace.Kernel.AddressesAsync(Pod.Interface);
        Require(addresses.Any(address => address.ToString() == promised), contender, $"{promised} is not in the pod");
        var routes = await pod.Namespace.Kernel.RoutesAsync(IpFamily.IPv4);
        Require(routes.Any(route => (string?)route["dst"] == "default"), contender, "the pod has no default route");
        var target = InterfaceAddress.Parse(promised).Address.ToString();
        var hostRoutes = await contender.Host.Kernel.RoutesAsync(IpFamily.IPv4);
        Require(hostRoutes.Any(route => (string?)route["dst"] == target), contender, $"the host has no route to {target}");
        Require((await DevicesAsync(contender)).Count == before.Count + 1, contender, "the host has not one device more");
    }

    private static ProgramRun Run(Contender contender, ProgramStart start)
    {
        ProgramRun? run = null;
        HostThread.Run(thread =>
        {
            thread.Enter(contender.Host.Namespace.Path);
            run = Launcher.Run(start).OrThrow();
        });
        return run!;
    }

    private static async Task<HashSet<string>> DevicesAsync(Contender contender) =>
        [.. (await contender.Host.Kernel.LinksAsync()).Select(link => (string)link["ifname"]!)];

    private static async Task<bool> IsDetachedAsync(Contender contender, Pod pod, HashSet<string> before) =>
        await pod.Namespace.Kernel.LinkAsync(Pod.Interface) is null && (await DevicesAsync(contender)).SetEquals(before);

    private static void Require(bool condition, Contender contender, string complaint)
    {
        if (!condition)
        {
            throw new InvalidOperationException($"{contender}: {complaint}");
        }
    }
}
