using System.Net;
using Calico.Controller;
using Calico.Controller.Options;
using Calico.Controller.Reconciling;
using Calico.Store.Etcd;
using Calico.Store.Kubernetes;
using Calico.Tests.Fakes;
using Calico.Tests.Fakes.Kubernetes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Unit.Controller;

/// <summary>The whole program but for its door: two replicas, the lease between them, probes and figures.</summary>
internal sealed class KubeControllerTests
{
    private const string Policies = "/calico/resources/v3/projectcalico.org/networkpolicies/shop/knp.default.";

    [Test]
    public async Task When_the_leader_goes_the_other_one_takes_over_and_nothing_is_lost()
    {
        await using var api = new FakeKubernetes();
        api.Put(KubernetesKinds.Leases, """{"metadata":{"name":"calico-kube-controllers","namespace":"kube-system","labels":{"part-of":"calico"}}}""");
        var store = new InMemoryStore();
        using var firstStop = new CancellationTokenSource();
        using var secondStop = new CancellationTokenSource();
        using var client = api.Client();
        var first = Controller(client, store).RunAsync(firstStop.Token);
        Put(api, "one");
        await Eventually.TrueAsync(() => store.Contents().ContainsKey(Policies + "one"));
        var second = Controller(client, store).RunAsync(secondStop.Token);
        await firstStop.CancelAsync();
        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
        Put(api, "two");
        api.Remove(KubernetesKinds.NetworkPolicies, "shop", "one");
        await Eventually.TrueAsync(() => store.Contents().ContainsKey(Policies + "two") && !store.Contents().ContainsKey(Policies + "one"));
        await secondStop.CancelAsync();
        Assert.That(async () => await second, Throws.InstanceOf<OperationCanceledException>());
        var lease = api.Find(KubernetesKinds.Leases, "kube-system", "calico-kube-controllers")!;
        Assert.That(lease.Spec.HolderIdentity, Is.Empty.Or.Null);
        Assert.That(lease.Metadata.Labels["part-of"], Is.EqualTo("calico"), "what others say of the lease stays");
    }

    [Test]
    public async Task Probes_and_figures_are_served()
    {
        await using var api = new FakeKubernetes();
        using var stop = new CancellationTokenSource();
        using var client = api.Client();
        var (health, metrics) = (FreePort(), FreePort());
        var running = Controller(client, new InMemoryStore(), health, metrics).RunAsync(stop.Token);
        using var http = new HttpClient();
        await Eventually.TrueAsync(() => Status(http, $"http://127.0.0.1:{health}/readiness") == 200);
        Assert.That(Status(http, $"http://127.0.0.1:{health}/liveness"), Is.EqualTo(200));
        Assert.That(Status(http, $"http://127.0.0.1:{health}/nothing"), Is.EqualTo(404));
        string[] expected = ["calico_controller_leader 1\n", "# TYPE calico_controller_in_sync gauge\n", "calico_controller_in_sync{controller=\"policy\"} 1\n"];
        await Eventually.TrueAsync(() => http.GetStringAsync($"http://127.0.0.1:{metrics}/metrics").Result is var text && Array.TrueForAll(expected, part => text.Contains(part, StringComparison.Ordinal)));
        await stop.CancelAsync();
        Assert.That(async () => await running, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Every_setting_that_is_wrong_is_named()
    {
        var given = new Dictionary<string, string> { ["ENABLED_CONTROLLERS"] = "policy,polcy", ["RECONCILER_PERIOD"] = "5", ["HEALTH_PORT"] = "x", ["LEADER_ELECTION"] = "maybe" };
        var faults = Assert.Throws<Calico.Hosting.OptionsException>(() => OptionsReader.Read(setting => given.GetValueOrDefault(setting.Variable)))!.Faults;
        Assert.That(faults.Select(fault => fault.Split(' ')[0]), Is.EquivalentTo(given.Keys));
        Assert.That(faults, Has.Some.Contains("'polcy'"));
    }

    [Test]
    public void Without_settings_everything_has_a_value()
    {
        var options = OptionsReader.Read(_ => null);
        Assert.That(options.Reconcilers, Is.EqualTo(ReconcilerKinds.All));
        Assert.That((options.Period, options.ElectsLeader, options.Health!.Port, options.Metrics!.Port, options.LogLevel), Is.EqualTo((TimeSpan.FromMinutes(5), true, 9440, 9094, LogLevel.Information)));
        Assert.That(ReconcilerKinds.All.Select(kind => kind.Name), Is.Unique);
    }

    private static KubeController Controller(KubernetesClient client, InMemoryStore store, int? health = null, int? metrics = null)
    {
        var options = OptionsReader.Read(_ => null) with
        {
            Etcd = EtcdOptionsParser.Parse("http://127.0.0.1:1", "", "", "", "", ""),
            Reconcilers = [Calico.Controller.Policies.PolicyReconciler.Kind],
            Health = health is { } port ? new IPEndPoint(IPAddress.Loopback, port) : null,
            Metrics = metrics is { } other ? new IPEndPoint(IPAddress.IPv6Any, other) : null,
        };
        return new KubeController(options, store, client, NullLoggerFactory.Instance, TimeProvider.System);
    }

    private static void Put(FakeKubernetes api, string name) =>
        api.Put(KubernetesKinds.NetworkPolicies, $$"""{"metadata":{"name":"{{name}}","namespace":"shop"},"spec":{} }""");

    private static int Status(HttpClient http, string url)
    {
        try
        {
            return (int)http.GetAsync(url).Result.StatusCode;
        }
        catch (AggregateException)
        {
            return 0;
        }
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
