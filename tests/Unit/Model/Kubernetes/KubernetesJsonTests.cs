using System.Text.Json;
using Calico.Model.Kubernetes;

namespace Calico.Tests.Unit.Model.Kubernetes;

internal sealed class KubernetesJsonTests
{
    [TestCase("""{"metadata":{"name":"a"}}""")]
    [TestCase("""{"metadata":{"name":"a","labels":null,"ownerReferences":null},"spec":null,"status":null}""")]
    [TestCase("""{"metadata":{"name":"a"},"spec":{"containers":null},"status":{"podIPs":null,"phase":null}}""")]
    public void What_is_absent_or_null_is_empty(string json)
    {
        var pod = JsonSerializer.Deserialize(json, KubernetesJson.Default.Pod)!;
        Assert.That((pod.Metadata.Labels.Count, pod.Metadata.OwnerReferences.Count, pod.Spec.Containers.Count, pod.Status.PodIPs.Count), Is.EqualTo((0, 0, 0, 0)));
        Assert.That((pod.Metadata.Namespace, pod.Spec.NodeName, pod.Status.Phase), Is.EqualTo(("", "", "")));
    }

    [Test]
    public void A_pod_is_read_and_compared_by_value()
    {
        const string Json = """
            {"metadata":{"name":"web-1","generateName":"web-","namespace":"shop","uid":"u","resourceVersion":"7","labels":{"app":"web"},"deletionTimestamp":"2026-01-02T03:04:05Z",
             "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web","uid":"o","controller":true}]},
             "spec":{"nodeName":"n","serviceAccountName":"sa","hostNetwork":true,"volumes":[1],
             "containers":[{"name":"c","image":"i","ports":[{"name":"http","containerPort":80},{"containerPort":53,"protocol":"UDP","hostPort":5353,"hostIP":"fd00::1"}]}]},
             "status":{"phase":"Succeeded","podIP":"10.0.0.1","podIPs":[{"ip":"10.0.0.1"},{"ip":"fd00::2"}]}}
            """;
        var pod = JsonSerializer.Deserialize(Json, KubernetesJson.Default.Pod)!;
        Assert.That(pod.Spec.Containers[0].Ports, Is.EqualTo([
            new ContainerPort { Name = "http", Port = 80 },
            new ContainerPort { Port = 53, Protocol = "UDP", HostPort = 5353, HostIP = "fd00::1" }]));
        Assert.That(pod.Status.PodIPs.Select(address => address.Ip), Is.EqualTo(["10.0.0.1", "fd00::2"]));
        Assert.That((pod.Status.IsFinished, pod.Spec.HostNetwork, pod.Metadata.DeletionTimestamp), Is.EqualTo((true, true, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero))));
        var same = JsonSerializer.Deserialize(Json, KubernetesJson.Default.Pod)!;
        Assert.That(same, Is.EqualTo(pod));
        Assert.That(same with { Metadata = same.Metadata with { Labels = new Dictionary<string, string> { ["app"] = "db" } } }, Is.Not.EqualTo(pod));
        Assert.That(same with { Status = same.Status with { PodIPs = [] } }, Is.Not.EqualTo(pod));
    }

    [Test]
    public void A_policys_absent_and_empty_selectors_differ_and_its_ports_are_numbers_or_names()
    {
        var policy = JsonSerializer.Deserialize(
            """
            {"metadata":{"name":"p"},"spec":{"podSelector":{"matchExpressions":[{"key":"k","operator":"In","values":["v"]}]},"policyTypes":["Ingress"],
             "ingress":[{"from":[{"namespaceSelector":{}},{"ipBlock":{"cidr":"10.0.0.0/8","except":["10.1.0.0/16"]}}],"ports":[{"port":80,"endPort":90},{"port":"http","protocol":"SCTP"},{}]},{}]}}
            """,
            KubernetesJson.Default.KubernetesNetworkPolicy)!;
        var rule = policy.Spec.Ingress[0];
        Assert.That((rule.From[0].PodSelector is null, rule.From[0].NamespaceSelector is null), Is.EqualTo((true, false)));
        Assert.That(rule.From[1].IPBlock!.Except, Is.EqualTo(["10.1.0.0/16"]));
        Assert.That(rule.Ports, Is.EqualTo([
            new NetworkPolicyPort { Port = IntOrString.FromNumber(80), EndPort = 90 },
            new NetworkPolicyPort { Port = IntOrString.FromText("http"), Protocol = "SCTP" },
            new NetworkPolicyPort()]));
        Assert.That(policy.Spec.Ingress[1].From, Is.Empty);
    }

    [Test]
    public void Times_of_a_lease_have_exactly_six_digits()
    {
        var lease = new Lease { Metadata = new() { Name = "l" }, Spec = new() { RenewTime = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), HolderIdentity = "me" } };
        var json = JsonSerializer.Serialize(lease, KubernetesJson.Default.Lease);
        Assert.That(json, Does.Contain("\"renewTime\":\"2026-01-02T03:04:05.000000Z\"").And.Not.Contain("acquireTime"));
        Assert.That(JsonSerializer.Deserialize(json, KubernetesJson.Default.Lease)!.Spec, Is.EqualTo(lease.Spec));
    }

    [Test]
    public void A_secrets_data_is_bytes()
    {
        var secret = JsonSerializer.Deserialize("""{"metadata":{"name":"s"},"data":{"k":"AQI="}}""", KubernetesJson.Default.Secret)!;
        Assert.That(secret.Data["k"], Is.EqualTo(new byte[] { 1, 2 }));
    }
}
