using System.Text.Json.Nodes;
using Calico.Model.Net;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Cni;

namespace Calico.Tests.Netns.Cni;

/// <summary>The verbs of the CNI spec in every version, through the agent and through calico-ipam alone.</summary>
[TestFixture(true)]
[TestFixture(false)]
[Parallelizable]
internal sealed class VerbTests(bool throughAgent)
{
    private static readonly string[] Versions = ["0.3.1", "0.4.0", "1.0.0", "1.1.0"];
    private Cluster _cluster = null!;
    private CniCaller _caller = null!;

    [OneTimeSetUp]
    public async Task StartCluster()
    {
        _cluster = await Cluster.StartAsync(1);
        // Without a CNI_PATH there is no calico-ipam to fall back to: only the agent can have answered.
        _caller = throughAgent ? new CniCaller(_cluster.Hosts[0]) { PluginPath = "/nonexistent" } : _cluster.Caller();
    }

    [OneTimeTearDown]
    public async Task StopCluster() => await _cluster.DisposeAsync();

    [TearDown]
    public async Task NothingIsLeft() => Assert.That(await _cluster.LeftoversAsync(), Is.Empty);

    [TestCaseSource(nameof(Versions))]
    public async Task Add_answers_in_the_version_of_the_conf(string version)
    {
        var pod = await _cluster.PodAsync();
        var result = (await _caller.AddAsync(pod, Conf(version))).Result;

        Assert.That((string?)result["cniVersion"], Is.EqualTo(version));
        var (hostEnd, podEnd) = (result["interfaces"]![0]!, result["interfaces"]![1]!);
        Assert.That((string?)hostEnd["name"], Is.EqualTo($"cali{pod.ContainerId[..11]}"));
        Assert.That((string?)hostEnd["mac"], Is.EqualTo("ee:ee:ee:ee:ee:ee"));
        Assert.That(hostEnd["sandbox"]?.ToString() ?? "", Is.Empty);
        Assert.That((string?)podEnd["name"], Is.EqualTo("eth0"));
        Assert.That((string?)podEnd["sandbox"], Is.EqualTo(pod.Namespace.Path));
        Assert.That(podEnd["mtu"] is not null, Is.EqualTo(version == "1.1.0"), "mtu came with 1.1.0");
        var ips = result["ips"]!.AsArray();
        Assert.That(ips.Select(ip => ((string)ip!["address"]!).Split('/')[1]), Is.EqualTo((string[])["32", "128"]));
        Assert.That(ips.Select(ip => (int?)ip!["interface"]), Is.All.EqualTo(1));
        Assert.That(ips.Select(ip => ip!["gateway"]), Is.All.Null);
        string?[] familyNames = version is "0.3.1" or "0.4.0" ? ["4", "6"] : [null, null];
        Assert.That(ips.Select(ip => (string?)ip!["version"]), Is.EqualTo(familyNames));

        await DelAsync(pod, version, result);
    }

    [TestCaseSource(nameof(Versions))]
    public async Task The_kernel_is_as_the_result_says(string version)
    {
        var pod = await _cluster.PodAsync();
        var added = await _caller.AddAsync(pod, Conf(version));
        var podEnd = added.Result["interfaces"]![1]!;

        Assert.That(await pod.Namespace.Kernel.AddressesAsync("eth0"), Is.EquivalentTo(added.Addresses.Select(address => new InterfaceAddress(address, address.Family.Bits()))));
        var link = await pod.Namespace.Kernel.LinkAsync("eth0");
        Assert.That((string?)link!["address"], Is.EqualTo((string?)podEnd["mac"]));
        Assert.That(
            await pod.Namespace.Kernel.RouteLinesAsync(IpFamily.IPv4), Is.EquivalentTo((string[])["default via 169.254.1.1 dev eth0", "169.254.1.1 dev eth0 scope link"]));
        Assert.That(
            await pod.Namespace.Kernel.RouteLinesAsync(IpFamily.IPv6), Has.Some.StartsWith("default via fe80::ecee:eeff:feee:eeee dev eth0"));
        Assert.That(await _cluster.ProblemsAsync(), Is.Empty);
        foreach (var address in added.Addresses)
        {
            Assert.That(await Reachability.PingAsync(_cluster.Hosts[0].Namespace, address), Is.True, $"ping {address}");
        }

        await DelAsync(pod, version, added.Result);
    }

    [TestCaseSource(nameof(Versions))]
    public async Task Check_passes_on_what_add_made(string version)
    {
        var pod = await _cluster.PodAsync();
        var result = (await _caller.AddAsync(pod, Conf(version))).Result;
        var check = await _caller.CheckAsync(pod, Conf(version).With(("prevResult", result.DeepClone())));

        // CHECK came with 0.4.0; before it the spec asks for "incompatible version".
        Assert.That(check.ErrorCode, Is.EqualTo(version == "0.3.1" ? 1 : 0), check.ToString());

        await DelAsync(pod, version, result);
    }

    [TestCaseSource(nameof(Versions))]
    public async Task Del_succeeds_again_and_without_a_namespace(string version)
    {
        var pod = await _cluster.PodAsync();
        var result = (await _caller.AddAsync(pod, Conf(version))).Result;
        await pod.DisposeAsync();

        await DelAsync(pod, version, result);
        await DelAsync(pod, version, null);
    }

    [Test]
    public async Task Del_of_an_unknown_container_succeeds() => await DelAsync(await _cluster.PodAsync(), "1.1.0", null);

    [Test]
    public async Task A_repeated_add_gives_the_same_answer()
    {
        var pod = await _cluster.PodAsync();
        var first = await _caller.AddAsync(pod, Conf("1.1.0"));
        var second = await _caller.AddAsync(pod, Conf("1.1.0"));

        Assert.That(second.Result.ToJsonString(), Is.EqualTo(first.Result.ToJsonString()));
        Assert.That(await Reachability.PingAsync(_cluster.Hosts[0].Namespace, first.Address(IpFamily.IPv4)), Is.True);
        Assert.That(await _cluster.ProblemsAsync(), Is.Empty);

        await DelAsync(pod, "1.1.0", first.Result);
    }

    [Test]
    public async Task A_container_added_again_right_after_its_del_keeps_its_device()
    {
        var pod = await _cluster.PodAsync();
        for (var round = 0; round < 10; round++)
        {
            (await _caller.AddAsync(pod, Conf("1.1.0"))).OrThrow();
            (await _caller.DelAsync(pod, Conf("1.1.0"))).OrThrow();
        }

        var added = (await _caller.AddAsync(pod, Conf("1.1.0"))).OrThrow();
        // Long enough for a deletion left behind by the last DEL, which must not hit the new device.
        await Task.Delay(200);
        Assert.That(await Reachability.PingAsync(_cluster.Hosts[0].Namespace, added.Address(IpFamily.IPv4)), Is.True);
        Assert.That(await _cluster.ProblemsAsync(), Is.Empty);

        await DelAsync(pod, "1.1.0", added.Result);
    }

    [Test]
    public async Task A_namespace_is_used_again_by_another_container_right_after_a_del()
    {
        var pod = await _cluster.PodAsync();
        for (var round = 0; round < 10; round++)
        {
            (await _caller.AddAsync(pod, Conf("1.1.0"))).OrThrow();
            (await _caller.DelAsync(pod, Conf("1.1.0"))).OrThrow();
            pod = pod.WithNewContainer();
        }

        var added = (await _caller.AddAsync(pod, Conf("1.1.0"))).OrThrow();
        Assert.That(await Reachability.PingAsync(_cluster.Hosts[0].Namespace, added.Address(IpFamily.IPv4)), Is.True);
        await DelAsync(pod, "1.1.0", added.Result);
    }

    [Test]
    public async Task The_first_packet_sent_after_add_is_answered()
    {
        var unanswered = new List<string>();
        foreach (var pod in await _cluster.PodsAsync(30))
        {
            var added = (await _caller.AddAsync(pod, Conf("1.1.0"))).OrThrow();
            foreach (var family in (IpFamily[])[IpFamily.IPv6, IpFamily.IPv4])
            {
                if (!await Reachability.PingOnceAsync(_cluster.Hosts[0].Namespace, added.Address(family)))
                {
                    unanswered.Add(added.Address(family).ToString());
                }
            }

            (await _caller.DelAsync(pod, Conf("1.1.0"))).OrThrow();
        }

        Assert.That(unanswered, Is.Empty);
    }

    [Test]
    public async Task Gc_removes_what_is_not_listed_and_nothing_else()
    {
        var pods = await _cluster.PodsAsync(3);
        foreach (var pod in pods)
        {
            (await _caller.AddAsync(pod, Conf("1.1.0"))).OrThrow();
        }

        (await _caller.GcAsync(Conf("1.1.0"), pods[1])).OrThrow();

        Assert.That(await _cluster.ProblemsAsync(), Is.Empty);
        Assert.That(await _cluster.Hosts[0].Kernel.PodDevicesAsync(), Is.EqualTo((string[])[$"cali{pods[1].ContainerId[..11]}"]));
        (await _caller.GcAsync(Conf("1.1.0"))).OrThrow();
    }

    [Test]
    public async Task Status_is_good_when_the_store_is() => (await _caller.StatusAsync(Conf("1.1.0"))).OrThrow();

    [TestCase("GC")]
    [TestCase("STATUS")]
    public async Task Verbs_of_1_1_0_are_refused_in_older_confs(string verb) =>
        Assert.That((await _caller.CallAsync(verb, null, Conf("1.0.0"))).ErrorCode, Is.EqualTo(1));

    [Test]
    public async Task Version_lists_all_four()
    {
        var answer = (await _caller.VersionAsync(Conf("1.1.0"))).Result;
        Assert.That((string?)answer["cniVersion"], Is.EqualTo("1.1.0"));
        Assert.That(answer["supportedVersions"]!.AsArray().Select(version => (string?)version), Is.SupersetOf(Versions));
    }

    [Test]
    public async Task An_unknown_version_is_refused() =>
        Assert.That((await _caller.AddAsync(await _cluster.PodAsync(), Conf("9.0.0"))).ErrorCode, Is.EqualTo(1));

    [TestCase("true", "false", IpFamily.IPv4)]
    [TestCase("false", "true", IpFamily.IPv6)]
    public async Task One_family_alone_is_one_family_alone(string v4, string v6, IpFamily family)
    {
        var pod = await _cluster.PodAsync();
        var conf = Conf("1.1.0").WithIpam(("assign_ipv4", v4), ("assign_ipv6", v6));
        var added = await _caller.AddAsync(pod, conf);

        Assert.That(added.Addresses.Select(address => address.Family), Is.EqualTo((IpFamily[])[family]));
        Assert.That(await Reachability.PingAsync(_cluster.Hosts[0].Namespace, added.Addresses[0]), Is.True);

        (await _caller.DelAsync(pod, conf)).OrThrow();
    }

    private JsonObject Conf(string version)
    {
        var conf = _cluster.Conf(version: version);
        return throughAgent ? conf : conf.WithoutAgent();
    }

    private async Task DelAsync(Pod pod, string version, JsonObject? previous)
    {
        var hands = version == "0.3.1" ? null : previous?.DeepClone();
        var deleted = (await _caller.DelAsync(pod, Conf(version).With(("prevResult", hands)))).OrThrow();
        Assert.That(deleted.Stdout, Is.Empty, "DEL prints nothing");
    }
}
