using System.Text.Json.Nodes;
using Calico.Tests.Rig.Processes;
using Calico.Tests.System.Cluster;
using Calico.Tests.System.Pods;

namespace Calico.Tests.System.Ctl;

/// <summary>Each command of <c>calicoctl</c>, as an operator runs it in the agent's container, on a cluster that lives.</summary>
internal sealed class CalicoctlTests
{
    private const string Policy = "calico-test-ctl";
    private TestNamespace _ns = null!;
    private string _node = "";
    private string _agent = "";

    private static Kubectl Kubectl => ClusterSetUp.Cluster.Kubectl;

    [OneTimeSetUp]
    public async Task Create()
    {
        _node = ClusterSetUp.Cluster.Nodes[0];
        _ns = await TestNamespace.CreateAsync("ctl");
        await _ns.RunAsync(PodSpecs.Server("server", _node), PodSpecs.Client("client", ClusterSetUp.Cluster.Nodes[^1]));
        var agents = await Kubectl.ListAsync("pods", "kube-system", "k8s-app=calico-node");
        _agent = (string)agents.Single(pod => (string?)pod["spec"]!["nodeName"] == _node)["metadata"]!["name"]!;
    }

    [OneTimeTearDown]
    public async Task Remove()
    {
        await CtlAsync("delete", "globalnetworkpolicy", Policy, "--skip-not-exists");
        await _ns.DisposeAsync();
    }

    [TestCase("get nodes -o wide", "NAME")]
    [TestCase("get workloadendpoints -A", "server")]
    [TestCase("get ippools -o yaml", "cidr:")]
    [TestCase("get gnp -o json", "items")]
    [TestCase("version", "Cluster Version")]
    [TestCase("ipam show", "IP Pool")]
    [TestCase("ipam show --show-blocks", "Block")]
    [TestCase("ipam show --show-borrowed", "")]
    [TestCase("ipam show --show-configuration", "")]
    [TestCase("ipam check", "found no problems")]
    [TestCase("node status", "BGP")]
    [TestCase("node status -o json", "{")]
    [TestCase("node checksystem", "")]
    [TestCase("datastore export", "ippools")]
    [TestCase("completion bash", "complete")]
    [TestCase("wait --timeout 60s", "programmed on")]
    public async Task It_shows(string command, string content) => Assert.That(await OutputAsync(command.Split(' ')), Does.Contain(content));

    [Test]
    public async Task A_policy_is_made_waited_for_explained_changed_and_deleted()
    {
        var manifest = $$$"""{"apiVersion":"projectcalico.org/v3","kind":"GlobalNetworkPolicy","metadata":{"name":"{{{Policy}}}"},"spec":{"selector":"projectcalico.org/namespace == '{{{_ns.Name}}}'","types":["Ingress"],"ingress":[{"action":"Deny"}]}}""";
        Assert.That((await InputAsync(manifest, "validate", "-f", "-")).ExitCode, Is.Zero);
        Assert.That((await InputAsync(manifest, "apply", "-f", "-", "--dry-run")).OrThrow().Stdout, Does.Contain("+"));
        Assert.That((await CtlAsync("get", "gnp", Policy)).ExitCode, Is.EqualTo(1), "a dry run writes nothing");

        (await InputAsync(manifest, "create", "-f", "-")).OrThrow();
        await OutputAsync("wait", $"gnp/{Policy}", "--timeout", "60s");
        var (address, prober) = ((await _ns.ReadAsync())["server"].Addresses[0], new Prober(_ns, "client"));
        Assert.That(await prober.GetAsync(RunningPod.At(address, PodSpecs.Port), 1), Is.Null);
        var why = await CtlAsync("why", $"{_ns.Name}/client", $"{_ns.Name}/server", "--port", $"{PodSpecs.Port}", "--counters", "-o", "json");
        Assert.That(why.ExitCode, Is.EqualTo(4), why.Stderr);
        var stop = JsonNode.Parse(why.Stdout)!["flows"]![0]!["steps"]!.AsArray()[^1]!;
        Assert.That((string?)stop["rule"]!["name"], Does.EndWith(Policy));
        Assert.That((bool)stop["kernel"]!["inForce"]!);
        Assert.That((long)stop["kernel"]!["asked"]!, Is.Positive, "the kernel has counted the client's packets");

        await OutputAsync("patch", "gnp", Policy, "-p", """{"spec":{"ingress":[{"action":"Allow"}]}}""");
        await OutputAsync("label", "gnp", Policy, "of=calico-test");
        await OutputAsync("wait", $"gnp/{Policy}", "--timeout", "60s");
        await prober.UntilAnsweredAsync(RunningPod.At(address, PodSpecs.Port), TimeSpan.FromSeconds(20));
        Assert.That(await OutputAsync("why", $"{_ns.Name}/client", $"{_ns.Name}/server", "--port", $"{PodSpecs.Port}"), Does.StartWith("ALLOWED"));

        var stored = await OutputAsync("get", "gnp", Policy, "-o", "yaml");
        Assert.That(stored, Does.Contain("of: calico-test"));
        (await InputAsync(stored, "replace", "-f", "-")).OrThrow();
        await OutputAsync("delete", "gnp", Policy);
        await OutputAsync("wait", $"gnp/{Policy}", "--deleted", "--timeout", "60s");
    }

    [Test]
    public async Task An_address_is_found_and_not_released_while_a_pod_has_it()
    {
        var address = (await _ns.ReadAsync())["server"].Addresses[0];
        Assert.That(await OutputAsync("ipam", "show", $"--ip={address}"), Does.Contain("server"));
        var release = await CtlAsync("ipam", "release", $"--ip={address}");
        Assert.That(release.ExitCode, Is.EqualTo(1), release.Stdout);
        Assert.That(await new Prober(_ns, "client").GetAsync(RunningPod.At(address, PodSpecs.Port)), Is.Not.Null);
    }

    [Test]
    public async Task A_locked_datastore_starts_no_pod_until_it_is_unlocked()
    {
        await OutputAsync("datastore", "migrate", "lock");
        try
        {
            await _ns.ApplyAsync([PodSpecs.Client("late", _node)]);
            await Task.Delay(TimeSpan.FromSeconds(6));
            Assert.That((await _ns.ReadAsync())["late"].Addresses, Is.Empty);
        }
        finally
        {
            await OutputAsync("datastore", "migrate", "unlock");
        }

        await _ns.ReadyAsync("late");
    }

    [Test]
    public async Task Diags_are_one_archive() => Assert.That(await OutputAsync("node", "diags"), Does.Contain(".tar.gz"));

    private async Task<string> OutputAsync(params string[] arguments) => (await CtlAsync(arguments)).OrThrow().Stdout;

    private Task<CommandOutcome> CtlAsync(params string[] arguments) => Kubectl.TryAsync(["exec", "--namespace", "kube-system", _agent, "--container", "calico-node", "--", "calicoctl", .. arguments]);

    private Task<CommandOutcome> InputAsync(string input, params string[] arguments) =>
        (Kubectl.For(["exec", "--stdin", "--namespace", "kube-system", _agent, "--container", "calico-node", "--", "calicoctl", .. arguments]) with { Stdin = input }).RunAsync();
}
