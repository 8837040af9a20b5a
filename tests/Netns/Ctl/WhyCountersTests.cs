using System.Text.Json.Nodes;
using Calico.Policy.Evaluation;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Policy;
using Calico.Tests.Rig.Probing;
using Calico.Tests.Rig.Processes;
using static Calico.Tests.Rig.Policy.PolicyObjects;

namespace Calico.Tests.Netns.Ctl;

/// <summary><c>calicoctl why --counters</c> beside packets whose number is known, on both back ends.</summary>
[TestFixture("NFT")]
[TestFixture("Legacy")]
[Parallelizable]
internal sealed class WhyCountersTests(string backend)
{
    private const int Tcp = 6;
    private const int Udp = 17;
    private PolicyCluster _cluster = null!;
    private Actor _web = null!;
    private Actor _db = null!;

    [SetUp]
    public async Task Start()
    {
        _cluster = await PolicyCluster.StartAsync(2, backend);
        (_web, _db) = (await _cluster.AddPodAsync("web", "shop", 0), await _cluster.AddPodAsync("db", "shop", 1));
        await _cluster.ConnectAsync();
        await _cluster.CommitAsync(Put(Namespace("shop")), Put(GlobalPolicy("db", "projectcalico.org/namespace == 'shop'", ingress: [AllowTcp(5432), DenyTcp(9)])));
        await _cluster.ForgetConnectionsAsync();
        await _cluster.ZeroCountersAsync();
    }

    [TearDown]
    public async Task Stop() => await _cluster.DisposeAsync();

    [Test]
    public async Task The_kernel_has_counted_what_was_sent()
    {
        Send(Tcp, 5432, 3);
        Send(Tcp, 9, 2);
        Send(Udp, 53, 4);
        var allowed = await WhyAsync(_cluster.Hosts[1], 0, "tcp", 5432);
        Assert.That(allowed.ToString(), Is.EqualTo("in force: asked 9, allowed 3, denied 2"));
        Assert.That((await WhyAsync(_cluster.Hosts[1], 4, "tcp", 9)).ToString(), Is.EqualTo("in force: asked 9, allowed 3, denied 2"));
        Assert.That((await WhyAsync(_cluster.Hosts[1], 4, "udp", 53)).ToString(), Is.EqualTo("in force: asked , allowed , denied 4"), "at the end of the tier");
    }

    [Test]
    public async Task A_rule_that_another_program_took_away_is_missed()
    {
        var filter = $"iptables-{(backend == "NFT" ? "nft" : "legacy")}";
        var chain = (await WhyAsync(_cluster.Hosts[1], 0, "tcp", 5432)).Chain;
        await _cluster.Hosts[1].Namespace.Enter(new Command(filter, "-F", chain)).OutputAsync();
        Assert.That((await WhyAsync(_cluster.Hosts[1], 0, "tcp", 5432)).ToString(), Does.StartWith("NOT in force"));
    }

    [Test]
    public async Task Elsewhere_it_says_where_to_ask()
    {
        var outcome = await CtlAsync(_cluster.Cluster.Fabric.Namespace, "tcp", 5432);
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Stderr);
        Assert.That((string?)JsonNode.Parse(outcome.Stdout)!["notes"]!.AsArray()[^1], Does.StartWith("--counters: no pod of the question is on this host: ask on ").And.Contain(_cluster.Hosts[1].NodeName));
    }

    [Test]
    public async Task Rules_that_were_read_in_part_are_not_judged()
    {
        var directory = Directory.CreateTempSubdirectory("half-a-save-").FullName;
        foreach (var name in (string[])["iptables-nft-save", "iptables-legacy-save"])
        {
            var program = Path.Combine(directory, name);
            await File.WriteAllTextAsync(program, "#!/bin/sh\nprintf '*filter\\n:cali-FORWARD - [0:0]\\n'\necho broken off >&2\nexit 1\n");
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var outcome = await CtlAsync(_cluster.Hosts[1].Namespace, "tcp", 5432, ("PATH", $"{directory}:{Environment.GetEnvironmentVariable("PATH")}"));
        Directory.Delete(directory, recursive: true);
        Assert.That(outcome.ExitCode, Is.EqualTo(1), outcome.Stdout);
        Assert.That(outcome.Stderr, Does.Contain("--counters: the kernel's rules cannot be read").And.Contain("broken off"));
    }

    private void Send(int protocol, int port, int count)
    {
        for (var i = 0; i < count; i++)
        {
            _cluster.Prober.Arrives(new Probe(_web.Place, _db.Place, new Packet(_web.Address4, _db.Address4, protocol, 40_000 + i, port)));
        }
    }

    /// <summary>What it says of the ingress of <c>shop/db</c>.</summary>
    private async Task<Count> WhyAsync(Host host, int exitCode, string protocol, int port)
    {
        var outcome = await CtlAsync(host.Namespace, protocol, port);
        Assert.That(outcome.ExitCode, Is.EqualTo(exitCode), outcome.Stderr);
        var kernel = JsonNode.Parse(outcome.Stdout)!["flows"]![0]!["steps"]!.AsArray()[^1]!["kernel"]!;
        return new Count((string)kernel["chain"]!, (bool)kernel["inForce"]!, (long?)kernel["asked"], (long?)kernel["allowed"], (long?)kernel["denied"]);
    }

    private Task<CommandOutcome> CtlAsync(NetworkNamespace place, string protocol, int port, params (string Name, string Value)[] settings) => place.Enter(
        new Command(Binaries.Ctl, "why", _web.Address4.ToString(), "shop/db", "--proto", protocol, "--port", port.ToString(System.Globalization.CultureInfo.InvariantCulture), "--counters", "-o", "json")
        {
            Environment = settings.Append(("ETCD_ENDPOINTS", _cluster.Etcd.EndpointText)).ToDictionary(setting => setting.Item1, setting => setting.Item2),
        }).RunAsync();

    private sealed record Count(string Chain, bool IsInForce, long? Asked, long? Allowed, long? Denied)
    {
        public override string ToString() => $"{(IsInForce ? "in force" : "NOT in force")}: asked {Asked}, allowed {Allowed}, denied {Denied}";
    }
}
