using Calico.Tests.Rig.Processes;
using Calico.Tests.System.Pods;

namespace Calico.Tests.System.Networking;

/// <summary>What people do with pods all day.</summary>
internal sealed class KubectlTests
{
    private const int HostPort = 31480;
    private const string LocalPort = "38480";

    private TestNamespace _ns = null!;

    [OneTimeSetUp]
    public async Task Create() => _ns = await TestNamespace.CreateAsync("kubectl");

    [OneTimeTearDown]
    public async Task Remove() => await _ns.DisposeAsync();

    [Test]
    public async Task Logs_shows_what_a_pod_wrote()
    {
        await _ns.RunAsync(PodSpecs.Talker("talker", "it-speaks"));
        Assert.That((await ClusterSetUp.Cluster.Kubectl.RunAsync("logs", "--namespace", _ns.Name, "talker")).Trim(), Is.EqualTo("it-speaks"));
    }

    [Test]
    public async Task Exec_runs_a_command_in_a_pod()
    {
        await _ns.RunAsync(PodSpecs.Client("client"));
        Assert.That((await _ns.ExecAsync("client", "hostname")).OrThrow().Stdout.Trim(), Is.EqualTo("client"));
    }

    [Test]
    public async Task Port_forward_reaches_a_pod()
    {
        await _ns.RunAsync(PodSpecs.Server("forwarded"));
        await using var forward = ClusterSetUp.Cluster.Kubectl.Start("port-forward", "--namespace", _ns.Name, "pod/forwarded", $"{LocalPort}:{PodSpecs.Port}");
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(3) };
        string? answer = null;
        await Wait.UntilAsync(
            async () => (answer = await AnswerAsync(http, $"http://127.0.0.1:{LocalPort}/hostname")) is not null,
            TimeSpan.FromSeconds(20),
            () => $"an answer through port-forward: {forward.LogTail}");
        Assert.That(answer, Is.EqualTo("forwarded"));
    }

    [Test]
    public async Task A_hostPort_is_answered_on_the_address_of_its_node_from_everywhere()
    {
        var cluster = ClusterSetUp.Cluster;
        await _ns.RunAsync([PodSpecs.Server("hostport", cluster.Nodes[0], HostPort), .. cluster.Nodes.Select(node => PodSpecs.Client($"on-{node}", node))]);
        var node = (await cluster.Kubectl.ListAsync("nodes")).Single(item => (string)item["metadata"]!["name"]! == cluster.Nodes[0]);
        var address = (string)node["status"]!["addresses"]!.AsArray().First(item => (string)item!["type"]! == "InternalIP")!["address"]!;
        foreach (var from in cluster.Nodes)
        {
            Assert.That(await new Prober(_ns, $"on-{from}").GetAsync($"{RunningPod.At(address, HostPort)}/hostname"), Is.EqualTo("hostport"), $"from a pod on {from}");
        }
    }

    private static async Task<string?> AnswerAsync(HttpClient http, string url)
    {
        try
        {
            return await http.GetStringAsync(new Uri(url));
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
