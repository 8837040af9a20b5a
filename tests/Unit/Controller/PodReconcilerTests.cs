using Calico.Controller.Pods;
using Calico.Store.Kubernetes;

namespace Calico.Tests.Unit.Controller;

internal sealed class PodReconcilerTests
{
    private const string Endpoint = "/calico/resources/v3/projectcalico.org/workloadendpoints/shop/n1-k8s-web-eth0";
    private const string Stored = """
        {"kind":"WorkloadEndpoint","apiVersion":"projectcalico.org/v3","metadata":{"name":"n1-k8s-web-eth0","namespace":"shop","uid":"u",
         "labels":{"app":"web","projectcalico.org/namespace":"shop","projectcalico.org/orchestrator":"k8s","projectcalico.org/serviceaccount":"default"},"annotations":{"note":"mine"}},
         "spec":{"orchestrator":"k8s","node":"n1","containerID":"c1","pod":"web","endpoint":"eth0","serviceAccountName":"default","ipNetworks":["10.0.0.1/32"],
          "profiles":["kns.shop","ksa.shop.default"],"interfaceName":"cali1","mac":"02:00:00:00:00:01","someday":1}}
        """;

    private ControllerFixture _fixture = null!;

    [SetUp]
    public void SetUp() => _fixture = new ControllerFixture();

    [TearDown]
    public async Task TearDown() => await _fixture.DisposeAsync();

    [Test]
    public async Task What_changes_of_a_pod_is_brought_into_its_endpoint_and_nothing_else_changes()
    {
        _fixture.Store.Put(Endpoint, Stored);
        Put("""{"app":"web"}""");
        await _fixture.StartedAsync(PodReconciler.Kind);
        Assert.That(_fixture.Store.Contents()[Endpoint], Is.EqualTo(Stored), "what is true is not written");
        Put("""{"app":"www"}""", """{"serviceAccountName":"robot","containers":[{"name":"c","ports":[{"name":"http","containerPort":8080}]}]}""");
        await _fixture.StoredAsync(Endpoint, endpoint => endpoint["metadata"]!["labels"]!["app"]!.ToString() == "www");
        var now = _fixture.Stored(Endpoint)!;
        Assert.That(now["metadata"]!["labels"]!["projectcalico.org/serviceaccount"]!.ToString(), Is.EqualTo("robot"));
        Assert.That(now["metadata"]!["annotations"]!["note"]!.ToString(), Is.EqualTo("mine"));
        Assert.That(now["spec"]!["profiles"]!.ToJsonString(), Is.EqualTo("""["kns.shop","ksa.shop.robot"]"""));
        Assert.That(now["spec"]!["ports"]!.ToJsonString(), Is.EqualTo("""[{"name":"http","protocol":"TCP","port":8080}]"""));
        Assert.That((now["spec"]!["containerID"]!.ToString(), now["spec"]!["someday"]!.ToString()), Is.EqualTo(("c1", "1")));
    }

    [Test]
    public async Task An_endpoint_is_never_made_nor_deleted()
    {
        Put("""{"app":"web"}""");
        var other = Endpoint.Replace("web", "other", StringComparison.Ordinal);
        _fixture.Store.Put(other, Stored.Replace("\"web\"", "\"other\"", StringComparison.Ordinal));
        await _fixture.StartedAsync(PodReconciler.Kind);
        _fixture.Api.Remove(KubernetesKinds.Pods, "shop", "web");
        await Task.Delay(200);
        Assert.That(_fixture.Store.Contents().Keys, Is.EqualTo(new[] { other }));
    }

    [Test]
    public async Task An_endpoint_that_comes_after_its_pod_changed_is_put_right()
    {
        Put("""{"app":"new"}""");
        await _fixture.StartedAsync(PodReconciler.Kind);
        _fixture.Store.Put(Endpoint, Stored);
        await _fixture.StoredAsync(Endpoint, endpoint => endpoint["metadata"]!["labels"]!["app"]!.ToString() == "new");
    }

    [TestCase("""{"hostNetwork":true}""", "Running")]
    [TestCase("{}", "Succeeded")]
    [TestCase("{}", "Failed")]
    public async Task Pods_that_finished_or_are_of_the_hosts_network_change_nothing(string spec, string phase)
    {
        _fixture.Store.Put(Endpoint, Stored);
        Put("""{"app":"else"}""", spec, Status("10.0.0.1", phase));
        await _fixture.StartedAsync(PodReconciler.Kind);
        Assert.That(_fixture.Store.Contents()[Endpoint], Is.EqualTo(Stored));
    }

    [Test]
    public async Task Endpoints_that_cannot_be_read_or_are_not_of_Kubernetes_are_left_alone()
    {
        var plain = Stored.Replace("\"orchestrator\":\"k8s\"", "\"orchestrator\":\"cni\"", StringComparison.Ordinal);
        _fixture.Store.Put(Endpoint, plain);
        _fixture.Store.Put(Endpoint + "x", "nonsense");
        Put("""{"app":"else"}""");
        await _fixture.StartedAsync(PodReconciler.Kind);
        Assert.That(_fixture.Store.Contents()[Endpoint], Is.EqualTo(plain));
    }

    [Test]
    public async Task A_pod_made_again_under_its_name_says_nothing_of_the_endpoint_of_the_former_one()
    {
        _fixture.Store.Put(Endpoint, Stored);
        Put("""{"app":"new"}""", status: "{}");
        await _fixture.StartedAsync(PodReconciler.Kind);
        Assert.That(_fixture.Store.Contents()[Endpoint], Is.EqualTo(Stored), "it has no address yet");
        Put("""{"app":"new"}""", status: Status("10.0.0.2"));
        await Task.Delay(200);
        await _fixture.SettledAsync();
        Assert.That(_fixture.Store.Contents()[Endpoint], Is.EqualTo(Stored), "it has another address");
        _fixture.Store.Put(Endpoint, Stored.Replace("10.0.0.1", "10.0.0.2", StringComparison.Ordinal).Replace("c1", "c2", StringComparison.Ordinal));
        await _fixture.StoredAsync(Endpoint, endpoint => endpoint["metadata"]!["labels"]!["app"]!.ToString() == "new");
    }

    [Test]
    public async Task A_pod_that_is_gone_says_nothing_of_the_endpoint_of_its_successor()
    {
        var successor = Stored.Replace("10.0.0.1", "10.0.0.2", StringComparison.Ordinal).Replace("c1", "c2", StringComparison.Ordinal);
        _fixture.Store.Put(Endpoint, successor);
        Put("""{"app":"old"}""");
        await _fixture.StartedAsync(PodReconciler.Kind);
        Assert.That(_fixture.Store.Contents()[Endpoint], Is.EqualTo(successor));
    }

    [Test]
    public async Task A_further_interface_of_the_pod_follows_though_no_status_tells_its_address()
    {
        var further = Endpoint.Replace("eth0", "net1", StringComparison.Ordinal);
        _fixture.Store.Put(Endpoint, Stored);
        _fixture.Store.Put(further, Stored.Replace("eth0", "net1", StringComparison.Ordinal).Replace("10.0.0.1", "10.9.0.1", StringComparison.Ordinal));
        Put("""{"app":"new"}""");
        await _fixture.StartedAsync(PodReconciler.Kind);
        Assert.That(_fixture.Stored(further)!["metadata"]!["labels"]!["app"]!.ToString(), Is.EqualTo("new"));
    }

    private static string Status(string address, string phase = "Running") =>
        $$"""{"phase":"{{phase}}","podIP":"{{address}}","podIPs":[{"ip":"{{address}}"}]}""";

    private void Put(string labels, string spec = """{"serviceAccountName":"default"}""", string? status = null) => _fixture.Api.Put(
        KubernetesKinds.Pods, $$"""{"metadata":{"name":"web","namespace":"shop","labels":{{labels}} },"spec":{{spec}},"status":{{status ?? Status("10.0.0.1")}} }""");
}
