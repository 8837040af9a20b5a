using System.Text.Json.Nodes;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Cni;
using Calico.Tests.Rig.Network;

namespace Calico.Tests.Netns.Cni;

/// <summary>CHECK finds each thing that someone changed behind our back, and names it.</summary>
[Parallelizable]
internal sealed class CheckTests
{
    private Cluster _cluster = null!;

    private static IEnumerable<TestCaseData> Deviations()
    {
        yield return Case("host device down", "cali", (host, _, device) => host.Namespace.IpAsync($"link set {device} down"));
        yield return Case("host device removed", "cali", (host, _, device) => host.Namespace.IpAsync($"link del {device}"));
        yield return Case("host MAC changed", "mac", (host, _, device) => host.Namespace.IpAsync($"link set {device} address 02:00:00:00:00:01"));
        yield return Case("host MTU changed", "mtu", (host, _, device) => host.Namespace.IpAsync($"link set {device} mtu 1300"));
        yield return Case("host route removed", "route", (host, _, device) => host.Namespace.IpAsync($"-4 route flush dev {device}"));
        yield return Case("host IPv6 route removed", "route", (host, _, device) => host.Namespace.IpAsync($"-6 route flush dev {device}"));
        yield return Case("pod device down", "eth0", (_, pod, _) => pod.Namespace.IpAsync("link set eth0 down"));
        yield return Case("pod MAC changed", "mac", (_, pod, _) => pod.Namespace.IpAsync("link set eth0 address 02:00:00:00:00:02"));
        yield return Case("pod MTU changed", "mtu", (_, pod, _) => pod.Namespace.IpAsync("link set eth0 mtu 1300"));
        yield return Case("pod address removed", "address", (_, pod, _) => pod.Namespace.IpAsync("-4 addr flush dev eth0"));
        yield return Case("pod IPv6 address removed", "address", (_, pod, _) => pod.Namespace.IpAsync("-6 addr flush dev eth0 scope global"));
        yield return Case("pod default route removed", "route", (_, pod, _) => pod.Namespace.IpAsync("route del default"));
        yield return Case("pod IPv6 default route removed", "route", (_, pod, _) => pod.Namespace.IpAsync("-6 route del default"));
        yield return Case("forwarding off", "forwarding", (host, _, device) => host.Kernel.WriteSysctlAsync($"net/ipv4/conf/{device}/forwarding", "0"));
        yield return Case("proxy ARP off", "proxy_arp", (host, _, device) => host.Kernel.WriteSysctlAsync($"net/ipv4/conf/{device}/proxy_arp", "0"));
    }

    [OneTimeSetUp]
    public async Task StartCluster() => _cluster = await Cluster.StartAsync(1);

    [OneTimeTearDown]
    public async Task StopCluster() => await _cluster.DisposeAsync();

    [TestCaseSource(nameof(Deviations))]
    public async Task Check_finds(string word, Func<Host, Pod, string, Task> deviate)
    {
        var (pod, conf) = await AddedAsync();
        await deviate(_cluster.Hosts[0], pod, $"cali{pod.ContainerId[..11]}");

        await AssertFoundAsync(pod, conf, word);
    }

    [TestCase("/calico/ipam/v2/handle/", "handle")]
    [TestCase("/calico/resources/v3/projectcalico.org/workloadendpoints/", "endpoint")]
    [TestCase("/calico/ipam/v2/assignment/ipv4/", "not allocated")]
    public async Task Check_finds_a_missing_record(string prefix, string word)
    {
        await using var cluster = await Cluster.StartAsync(1);
        var pod = await cluster.PodAsync();
        var conf = cluster.Conf();
        var result = (await cluster.Caller().AddAsync(pod, conf)).Result;
        await cluster.Etcd.DeleteAsync((await cluster.Etcd.ReadAsync(prefix)).Keys.Single());

        foreach (var way in (JsonObject[])[conf, conf.WithoutAgent()])
        {
            var check = await cluster.Caller().CheckAsync(pod, way.With(("prevResult", result.DeepClone())));
            Assert.That(check.ErrorCode, Is.GreaterThanOrEqualTo(100), check.ToString());
            Assert.That(check.ErrorMessage, Does.Contain(word).IgnoreCase);
        }
    }

    [Test]
    public async Task Check_without_a_previous_result_is_refused()
    {
        var (pod, conf) = await AddedAsync();
        var check = await _cluster.Caller().CheckAsync(pod, conf.With(("prevResult", null)));

        Assert.That(check.ErrorCode, Is.EqualTo(7), check.ToString());
        (await _cluster.Caller().DelAsync(pod, conf)).OrThrow();
    }

    private async Task<(Pod Pod, JsonObject Conf)> AddedAsync()
    {
        var pod = await _cluster.PodAsync();
        var result = (await _cluster.Caller().AddAsync(pod, _cluster.Conf())).Result;
        var conf = _cluster.Conf().With(("prevResult", result.DeepClone()));
        (await _cluster.Caller().CheckAsync(pod, conf)).OrThrow();
        return (pod, conf);
    }

    private async Task AssertFoundAsync(Pod pod, JsonObject conf, string word)
    {
        var check = await _cluster.Caller().CheckAsync(pod, conf);
        Assert.That(check.ErrorCode, Is.GreaterThanOrEqualTo(100), check.ToString());
        Assert.That(check.ErrorMessage, Does.Contain(word).IgnoreCase);
        (await _cluster.Caller().DelAsync(pod, conf)).OrThrow();
        Assert.That(await _cluster.LeftoversAsync(), Is.Empty);
    }

    private static TestCaseData Case(string name, string word, Func<Host, Pod, string, Task> deviate) =>
        new TestCaseData(word, deviate).SetArgDisplayNames(name);
}
