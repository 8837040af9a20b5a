using System.Formats.Tar;
using System.IO.Compression;
using System.Net.Sockets;
using System.Text.Json;
using Calico.Agent.Routing;
using Calico.Agent.Status;
using Calico.Ctl;
using Calico.Ctl.Nodes;

namespace Calico.Tests.Unit.Ctl;

internal sealed class NodeCommandTests
{
    private static readonly SessionStatus Up = new("Mesh_1", "node-to-node mesh", "172.18.0.2", "64512", "Established", "10:00:00", "", 3, 4);
    private static readonly SessionStatus Down = new("Node_2", "node specific", "fd00::2", "64513", "Active", "10:01:00", "the peer refuses the connection", 0, 0);
    private CtlRun _ctl = null!;

    [SetUp]
    public void Start() => _ctl = new CtlRun();

    [TearDown]
    public void Stop() => _ctl.Dispose();

    [Test]
    public void Sessions_stand_in_upstreams_tables_with_the_cause_when_one_is_down()
    {
        var text = NodeText.Of(new StatusReport { AgentRunning = true, Agent = Agent() with { Backend = "bird" }, BirdRunning = true, Sessions = [Up, Down], Routes = [] });
        Assert.That(text, Does.StartWith("Calico process is running.\n\nIPv4 BGP status\n").And.Contain("| PEER ADDRESS | PEER TYPE         | STATE | SINCE    | INFO"));
        Assert.That(text, Does.Contain("| 172.18.0.2   | node-to-node mesh | up    | 10:00:00 | Established, 3 routes in, 4 out |"));
        Assert.That(text, Does.Contain("IPv6 BGP status\n").And.Contain("| start | 10:01:00 | Active: the peer refuses the connection |"));
    }

    [Test]
    public async Task An_agent_runs_when_its_socket_answers()
    {
        File.WriteAllBytes(StatusFile.In(_ctl.DirectoryPath), JsonSerializer.SerializeToUtf8Bytes(Agent(), StatusJson.Default.AgentStatus));
        Assert.That(await _ctl.RunAsync($"node status --run-dir {_ctl.DirectoryPath}"), Is.EqualTo(ExitCode.Failed));
        Assert.That(_ctl.Out, Does.StartWith("calico-agent does not run (node node-a"));

        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(_ctl.DirectoryPath, "agent.sock")));
        socket.Listen();
        Assert.That(await _ctl.RunAsync($"node status --run-dir {_ctl.DirectoryPath}"), Is.Zero, "no BIRD is wanted");
        Assert.That(_ctl.Out, Does.StartWith("Calico process is running."));
        Assert.That(await _ctl.OutputAsync($"node status -o json --run-dir {_ctl.DirectoryPath}"), Does.Contain("\"agentRunning\": true"));
    }

    [TestCase("password: hunter2", "password <redacted>")]
    [TestCase("  password \"hunter2\";", "  password <redacted>")]
    [TestCase("ETCD_PASSWORD=hunter2", "ETCD_PASSWORD <redacted>")]
    [TestCase("{\"token\":\"hunter2\",\"a\":1}", "{\"token <redacted>")]
    [TestCase("Authorization: Bearer hunter2", "Authorization: Bearer <redacted>")]
    [TestCase("client-key-data: aHVudGVyMg==", "client-key-data <redacted>")]
    [TestCase("a\n-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END RSA PRIVATE KEY-----\nb", "a\n<redacted>\nb")]
    [TestCase("    \"etcdSecretName\": \"hunter2\"", "    \"etcdSecret <redacted>")]
    public void Secrets_are_taken_out(string text, string redacted) => Assert.That(Redactor.Redact(text), Is.EqualTo(redacted));

    [TestCase("-A cali-INPUT -m set --match-set cali40s:abc src -j DROP")]
    [TestCase("10.0.0.0/26 via 10.0.0.1 dev eth0 proto bird")]
    [TestCase("")]
    [TestCase("  \"token\": {")]
    public void What_is_no_secret_stays(string text) => Assert.That(Redactor.Redact(text), Is.EqualTo(text));

    [Test]
    public async Task Diagnostics_are_one_archive_without_secrets_for_their_owner_alone()
    {
        _ctl.File("bird.conf", "protocol bgp x {\n  password \"hunter2\";\n  local as 64512;\n}\n");
        _ctl.File("logs/cni/cni.log", "all went well\n");
        _ctl.File("cni/10-calico.conflist", "{\"etcd_password\": \"hunter2\"}");
        _ctl.File("cni/calico-kubeconfig", "token: hunter2");
        var file = Path.Combine(_ctl.DirectoryPath, "d.tar.gz");
        await _ctl.OutputAsync($"node diags -o {file} --run-dir {_ctl.DirectoryPath} --log-dir {_ctl.DirectoryPath}/logs --cni-dir {_ctl.DirectoryPath}/cni");

        var entries = ReadArchive(file);
        Assert.That(entries.Keys.Select(name => name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..]), Is.SupersetOf(new[] { "calico/bird.conf", "calico/node-status.txt", "logs/cni/cni.log", "cni/10-calico.conflist", "network/routes-ipv4.txt", "firewall/ipset.txt" }));
        Assert.That(entries.Values, Has.None.Contains("hunter2"));
        Assert.That(entries.Keys, Has.None.Contains("kubeconfig"));
        Assert.That(entries.Single(entry => entry.Key.EndsWith("bird.conf", StringComparison.Ordinal)).Value, Does.Contain("local as 64512"));
        Assert.That(File.GetUnixFileMode(file), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public void A_kernel_is_judged_by_its_version_modules_and_settings()
    {
        var modules = new HashSet<string> { "ip_set", "nf_tables", "veth" };
        var settings = new Dictionary<string, string> { ["net/ipv4/ip_forward"] = "0" };
        var checks = SystemJudge.Judge(new KernelFacts("6.1.0-18-amd64", modules, KnowsAllModules: true, settings)).ToDictionary(check => check.Name);
        Assert.That(checks["kernel 6.1.0-18-amd64"].State, Is.EqualTo(SystemCheckState.Ok));
        Assert.That(checks["veth"].State, Is.EqualTo(SystemCheckState.Ok));
        Assert.That(checks["xt_set"].State, Is.EqualTo(SystemCheckState.Missing));
        Assert.That(checks["ip_tables or nf_tables"].State, Is.EqualTo(SystemCheckState.Ok));
        Assert.That(checks["net/ipv4/ip_forward = 0"].Advice, Is.Not.Empty);
        checks = SystemJudge.Judge(new KernelFacts("3.10.0", modules, KnowsAllModules: false, settings)).ToDictionary(check => check.Name);
        Assert.That(checks["kernel 3.10.0"].State, Is.EqualTo(SystemCheckState.Missing));
        Assert.That(checks["xt_set"].State, Is.EqualTo(SystemCheckState.Unknown), "nobody can tell");
    }

    [Test]
    public void A_kernels_configuration_says_which_modules_it_has() => Assert.That(
        KernelConfig.Modules("# Linux\nCONFIG_VETH=y\nCONFIG_IP_SET=m\n# CONFIG_NF_NAT is not set\nCONFIG_X=\"y\"\nCONFIG_NF_TABLES=n\n"), Is.EqualTo(new[] { "veth", "ip_set" }));

    private static AgentStatus Agent() => new()
    {
        Version = "1", Node = "node-a", ProcessId = 1, Updated = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), Backend = "none", Blocks = ["10.0.0.0/26"], Problems = [],
    };

    private static Dictionary<string, string> ReadArchive(string file)
    {
        using var zip = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
        using var archive = new TarReader(zip);
        var entries = new Dictionary<string, string>();
        while (archive.GetNextEntry() is { } entry)
        {
            using var text = new StreamReader(entry.DataStream ?? Stream.Null);
            entries[entry.Name] = text.ReadToEnd();
        }

        return entries;
    }
}
