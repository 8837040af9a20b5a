using Calico.Tests.Rig.Processes;
using Calico.Tests.System.Cluster;
using Calico.Tests.System.Pods;

namespace Calico.Tests.System.Faults;

/// <summary>
/// A part is away for minutes (OUTAGE_SECONDS) while pods come and go. What runs must not notice; what starts works where it can, and at
/// the latest soon after the part is back; in the end store and pods agree.
/// </summary>
internal sealed class OutageTests
{
    private static readonly TimeSpan ToHeal = TimeSpan.FromMinutes(2);

    private TestNamespace _ns = null!;

    private static TestCluster Cluster => ClusterSetUp.Cluster;

    [SetUp]
    public async Task A_server_and_who_watches_it_from_another_node()
    {
        _ns = await TestNamespace.CreateAsync("outage");
        var server = (await _ns.RunAsync(PodSpecs.Server("server", Cluster.Nodes[^1])))[0];
        await _ns.RunAsync(TrafficWatch.Pod("watch", Cluster.Nodes[0], server.Addresses[0]), PodSpecs.Client("client", Cluster.Nodes[0]));
        await _ns.ApplyAsync(PodSpecs.Crowd("churn", 6));
        await AvailableAsync(6);
    }

    [TearDown]
    public async Task Remove() => await _ns.DisposeAsync();

    [Test]
    public async Task Without_the_controllers_pods_come_and_go_as_ever()
    {
        await SetAsync("deployment/calico-kube-controllers", """{"spec":{"replicas":0}}""");
        await GoneAsync("calico-kube-controllers");
        await ChurnAsync(ClusterSource.Outage, mustRun: true);
        await SetAsync("deployment/calico-kube-controllers", """{"spec":{"replicas":2}}""");
        await HealedAsync();
    }

    [Test]
    public async Task Without_etcd_what_runs_goes_on_and_new_pods_follow_when_it_is_back()
    {
        var selector = (await Cluster.Kubectl.ListAsync("daemonsets", "kube-system", "k8s-app=calico-etcd"))[0]["spec"]!["template"]!["spec"]!["nodeSelector"]!;
        await SetAsync("daemonset/calico-etcd", """{"spec":{"template":{"spec":{"nodeSelector":{"calico-test/outage":"true"}}}}}""");
        await GoneAsync("calico-etcd");
        await ChurnAsync(ClusterSource.Outage, mustRun: false);
        await SetAsync("daemonset/calico-etcd", $"[{{\"op\":\"replace\",\"path\":\"/spec/template/spec/nodeSelector\",\"value\":{selector.ToJsonString()}}}]", "json");
        await HealedAsync();
    }

    [Test]
    public async Task Without_the_API_server_what_runs_goes_on()
    {
        var rig = Cluster.RequireRig();
        var from = DateTimeOffset.UtcNow;
        await rig.KillAsync("control", "kube-apiserver");
        await Task.Delay(ClusterSource.Outage);
        await rig.StartAsync("control", "kube-apiserver");
        await Wait.UntilAsync(async () => (await Cluster.Kubectl.TryAsync("get", "--raw", "/readyz")).Succeeded, ToHeal, () => "the API server");

        // Until it has read the roles it refuses everybody everything.
        Cluster.Installation.AddGap(from, DateTimeOffset.UtcNow);
        await HealedAsync();
    }

    // Scales up and down until the time is over; with mustRun each new pod has to become Ready in the meantime.
    private async Task ChurnAsync(TimeSpan time, bool mustRun)
    {
        var end = TimeProvider.System.GetUtcNow() + time;
        for (var size = 12; TimeProvider.System.GetUtcNow() < end; size = 18 - size)
        {
            await Cluster.Kubectl.RunAsync("scale", "--namespace", _ns.Name, "deployment/churn", $"--replicas={size}");
            if (mustRun)
            {
                await AvailableAsync(size);
            }

            await Task.Delay(TimeSpan.FromSeconds(5));
        }
    }

    private async Task HealedAsync()
    {
        var clock = global::System.Diagnostics.Stopwatch.StartNew();
        await Cluster.Kubectl.RunAsync("scale", "--namespace", _ns.Name, "deployment/churn", "--replicas=9");
        await Cluster.Installation.UntilReadyAsync();
        await AvailableAsync(9);
        var fresh = (await _ns.RunAsync(PodSpecs.Server("fresh", Cluster.Nodes[1 % Cluster.Nodes.Count])))[0];
        await new Prober(_ns, "client").UntilAnsweredAsync(RunningPod.At(fresh.Addresses[0], PodSpecs.Port), ToHeal);
        TestContext.Out.WriteLine($"everything worked {clock.Elapsed.TotalSeconds:F1} s after the part was back");

        var (lost, rounds) = await TrafficWatch.ReadAsync(_ns, "watch");
        TestContext.Out.WriteLine($"{rounds} rounds of traffic, {lost.Count} lost");
        Assert.Multiple(() =>
        {
            Assert.That(rounds, Is.GreaterThan(ClusterSource.Outage.TotalSeconds), "the watch ran all the time");
            Assert.That(lost, Is.Empty);
        });
        Assert.That(await StoreOfCluster.ProblemsAsync(), Is.Empty);
    }

    private Task<string> AvailableAsync(int size) => Cluster.Kubectl.RunAsync(
        ToHeal, "wait", "--namespace", _ns.Name, "deployment/churn", $"--for=jsonpath={{.status.readyReplicas}}={size}", $"--timeout={ToHeal.TotalSeconds - 5}s");

    private static Task<string> SetAsync(string what, string patch, string type = "merge") =>
        Cluster.Kubectl.RunAsync("patch", what, "--namespace", "kube-system", $"--type={type}", "--patch", patch);

    private static Task GoneAsync(string app) => Wait.UntilAsync(
        async () => (await Cluster.Kubectl.ListAsync("pods", "kube-system", $"k8s-app={app}")).Count == 0, ToHeal, () => $"the pods of {app} to go");
}
