using Calico.Tests.System.Cluster;
using Calico.Tests.System.Pods;

namespace Calico.Tests.System.Networking;

/// <summary>Who reaches whom on a cluster where nothing is forbidden.</summary>
internal sealed class ReachabilityTests
{
    private TestNamespace _ns = null!;
    private IReadOnlyList<RunningPod> _pods = [];

    [OneTimeSetUp]
    public async Task Two_pods_on_every_node()
    {
        _ns = await TestNamespace.CreateAsync("reach");
        _pods = await _ns.RunAsync([.. from node in ClusterSetUp.Cluster.Nodes from letter in "ab" select PodSpecs.Server($"{node}-{letter}", node).As("web")]);
    }

    [OneTimeTearDown]
    public async Task Remove() => await _ns.DisposeAsync();

    [Test]
    public async Task Every_pod_reaches_every_pod_on_every_node()
    {
        var wrong = new List<string>();
        foreach (var from in _pods)
        {
            // One exec asks for all: a line per address that does not answer with the name of its pod.
            var asks = from to in _pods from address in to.Addresses select $"ask {to.Name} {RunningPod.At(address, PodSpecs.Port)}";
            var script = "ask() { [ \"$(curl -sg --max-time 3 http://$2/hostname)\" = \"$1\" ] || echo \"$1 at $2\"; }; " + string.Join("; ", asks);
            var outcome = (await _ns.ExecAsync(from.Name, "bash", "-c", script)).OrThrow();
            wrong.AddRange(outcome.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"{from.Name} does not reach {line}"));
        }

        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public async Task Every_pod_has_the_address_that_its_status_tells_and_one_of_each_family()
    {
        Assert.That(_pods.Select(pod => pod.Addresses.Count), Is.All.EqualTo(ClusterSource.IsDualStack ? 2 : 1));
        foreach (var pod in _pods)
        {
            var inside = (await _ns.ExecAsync(pod.Name, "ip", "-o", "addr", "show", "dev", "eth0")).OrThrow().Stdout;
            Assert.That(pod.Addresses, Is.All.Matches<string>(address => inside.Contains($" {address}/", StringComparison.Ordinal)), pod.Name);
        }
    }

    [Test]
    public async Task A_pod_reaches_itself_and_every_pod_through_a_service()
    {
        await _ns.ApplyAsync(PodSpecs.Service("web", bothFamilies: ClusterSource.IsDualStack));
        var service = (await ClusterSetUp.Cluster.Kubectl.ListAsync("services", _ns.Name)).Single(item => (string)item["metadata"]!["name"]! == "web");
        foreach (var address in service["spec"]!["clusterIPs"]!.AsArray().Select(ip => (string)ip!))
        {
            await new Prober(_ns, _pods[0].Name).UntilAnsweredAsync(RunningPod.At(address, 80), TimeSpan.FromSeconds(20));
            foreach (var from in _pods)
            {
                Assert.That(await AnsweringAsync(from.Name, RunningPod.At(address, 80)), Is.EquivalentTo(_pods.Select(pod => pod.Name)), $"{from.Name} to {address}");
            }
        }
    }

    [Test]
    public async Task Every_node_reaches_every_pod()
    {
        var rig = ClusterSetUp.Cluster.RequireRig();
        foreach (var node in ClusterSetUp.Cluster.Nodes)
        {
            foreach (var (pod, address) in from pod in _pods from address in pod.Addresses select (pod, address))
            {
                var answer = await rig.ExecAsync(node, "curl", "-sg", "--max-time", "3", $"http://{RunningPod.At(address, PodSpecs.Port)}/hostname");
                Assert.That(answer, Is.EqualTo(pod.Name), $"{node} to {address}");
            }
        }
    }

    [Test]
    public async Task The_routes_to_other_nodes_come_by_BGP()
    {
        var rig = ClusterSetUp.Cluster.RequireRig();
        foreach (var node in ClusterSetUp.Cluster.Nodes)
        {
            var routes = (await rig.ExecAsync(node, "ip", "route", "show", "proto", "bird")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.That(routes.Count(route => route.Contains(" via ", StringComparison.Ordinal)), Is.GreaterThanOrEqualTo(ClusterSetUp.Cluster.Nodes.Count - 1), node);
        }
    }

    // kube-proxy throws dice: asked often enough, every pod behind the service has answered.
    private async Task<IReadOnlyCollection<string>> AnsweringAsync(string from, string service)
    {
        var script = $"for i in $(seq 80); do curl -sg --max-time 3 http://{service}/hostname || echo nobody; echo; done | sort -u";
        return (await _ns.ExecAsync(from, "bash", "-c", script)).OrThrow().Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
