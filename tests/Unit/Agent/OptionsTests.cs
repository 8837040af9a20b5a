using Calico.Agent.Dataplane;
using Calico.Agent.Options;
using Calico.Hosting;
using Calico.Model.Net;
using Calico.Policy.Evaluation;
using Microsoft.Extensions.Logging;

namespace Calico.Tests.Unit.Agent;

internal sealed class OptionsTests
{
    [Test]
    public void Nothing_given_means_the_defaults_that_help_names()
    {
        var options = Read();
        Assert.That(options.IPv4 is { Fixed: null, IsNone: false, Method: DetectionMethod.DefaultRoute });
        Assert.That(options.IPv6.IsNone);
        Assert.That(options.RunsBird);
        Assert.That(options.Pool4, Is.EqualTo(new PoolOptions(IpFamily.IPv4, null, 26, true, "all()", false, "Never", "Never")));
        Assert.That(options.Pool6, Is.Null, "a node without IPv6 makes no IPv6 pool");
        Assert.That(options.Socket, Is.EqualTo("/var/run/calico/agent.sock"));
        Assert.That(options.NodeNameFile, Is.EqualTo("/var/lib/calico/nodename"));
        Assert.That(options.LogLevel, Is.EqualTo(LogLevel.Information));
        Assert.That(options.Health, Is.Null);
    }

    [Test]
    public void An_empty_variable_is_the_same_as_none() => Assert.That(Read(("IP", ""), ("AS", "")).IPv4.IsNone, Is.False);

    [Test]
    public void Policy_is_enforced_unless_it_is_switched_off()
    {
        Assert.That(Read().Dataplane, Is.Not.Null);
        Assert.That(Read(("CALICO_POLICY", "off")).Dataplane, Is.Null);
    }

    [Test]
    public void Failsafe_ports_of_help_are_those_of_the_policy_language()
    {
        var (read, built) = (Read().Dataplane!, new DataplaneOptions());
        Assert.That(read.FailsafeInbound, Is.EquivalentTo(built.FailsafeInbound));
        Assert.That(read.FailsafeOutbound, Is.EquivalentTo(built.FailsafeOutbound));
    }

    [Test]
    public void Settings_of_the_dataplane_are_spelled_as_upstream_does()
    {
        var options = Read(
            ("FELIX_DEFAULTENDPOINTTOHOSTACTION", "ACCEPT"),
            ("FELIX_IPTABLESBACKEND", "NFT"),
            ("FELIX_CHAININSERTMODE", "append"),
            ("FELIX_IPTABLESMARKMASK", "0xff000000"),
            ("FELIX_IPTABLESREFRESHINTERVAL", "60"),
            ("FELIX_FAILSAFEINBOUNDHOSTPORTS", "tcp:22, udp:53"),
            ("FELIX_FAILSAFEOUTBOUNDHOSTPORTS", "none")).Dataplane!;
        Assert.That(
            (options.EndpointToHost, options.Backend, options.ChainInsert, options.MarkMask, options.RefreshInterval.TotalSeconds),
            Is.EqualTo((EndpointToHostAction.Accept, IptablesBackend.Nft, ChainInsertMode.Append, 0xff000000u, 60d)));
        Assert.That(options.FailsafeInbound, Is.EqualTo(new[] { new FailsafePort(6, 22), new FailsafePort(17, 53) }));
        Assert.That(options.FailsafeOutbound, Is.Empty);
    }

    [TestCase("FELIX_IPTABLESMARKMASK", "0xf")]
    [TestCase("FELIX_FAILSAFEINBOUNDHOSTPORTS", "icmp:1")]
    [TestCase("FELIX_FAILSAFEOUTBOUNDHOSTPORTS", "tcp:70000")]
    [TestCase("FELIX_IPTABLESBACKEND", "2")]
    [TestCase("CALICO_POLICY", "maybe")]
    public void A_setting_of_the_dataplane_that_does_not_parse_is_named(string variable, string value) =>
        Assert.That(Assert.Throws<OptionsException>(() => Read((variable, value)))!.Message, Does.StartWith(variable));

    [Test]
    public void Files_follow_their_directories()
    {
        var options = Read(("CALICO_RUN_DIR", "/r"), ("CALICO_LIB_DIR", "/l"), ("CALICO_MTU_FILE", "/m"));
        Assert.That(
            (options.Socket, options.Bird.ControlSocket, options.NodeNameFile, options.MtuFile, options.StatusFile),
            Is.EqualTo(("/r/agent.sock", "/r/bird.ctl", "/l/nodename", "/m", "/r/agent-status.json")));
    }

    [Test]
    public void Every_fault_is_reported_at_once()
    {
        var faults = Assert.Throws<OptionsException>(() => Read(
            ("ETCD_ENDPOINTS", "ftp://x"),
            ("IP", "fd00::1"),
            ("IP6_AUTODETECTION_METHOD", "guess"),
            ("AS", "many"),
            ("CALICO_ROUTER_ID", "fd00::1"),
            ("CALICO_NETWORKING_BACKEND", "vxlan"),
            ("CALICO_IPV4POOL_CIDR", "fd00::/64"),
            ("CALICO_IPV4POOL_BLOCK_SIZE", "33"),
            ("CALICO_IPV4POOL_NODE_SELECTOR", "all("),
            ("FELIX_LOGSEVERITYSCREEN", "loud"),
            ("FELIX_MTUIFACEPATTERN", "("),
            ("FELIX_INTERFACEPREFIX", "a b")))!.Faults;
        string[] variables =
        [
            "ETCD_ENDPOINTS", "IP", "IP6_AUTODETECTION_METHOD", "AS", "CALICO_ROUTER_ID", "CALICO_NETWORKING_BACKEND", "CALICO_IPV4POOL_CIDR",
            "CALICO_IPV4POOL_BLOCK_SIZE", "CALICO_IPV4POOL_NODE_SELECTOR", "FELIX_LOGSEVERITYSCREEN", "FELIX_MTUIFACEPATTERN", "FELIX_INTERFACEPREFIX",
        ];
        Assert.That(faults.Select(fault => fault.Split(' ')[0]), Is.EquivalentTo(variables));
    }

    [Test]
    public void A_node_of_Kubernetes_takes_the_kubelets_address_and_looks_after_the_hosts_files()
    {
        var options = Read(("KUBERNETES_SERVICE_HOST", "10.96.0.1"), ("CALICO_MANAGE_CNI", "true"), ("CALICO_DAEMONSET", "calico-node"), ("NODENAME", "n1"));
        Assert.That(options.IPv4.Method, Is.EqualTo(new DetectionMethod.KubernetesInternalIp(IsDefault: true)));
        Assert.That(options.Kubernetes, Is.EqualTo(new KubernetesOptions
        {
            Kubeconfig = "", ServiceHost = "10.96.0.1", ServicePort = "443", NodeRef = "n1", DaemonSet = "calico-node",
        }));
        Assert.That(options.Cni!.ConfFile, Is.EqualTo("/host/etc/cni/net.d/10-calico.conflist"));
        Assert.That(Read(("KUBERNETES_SERVICE_HOST", "10.96.0.1"), ("IP_AUTODETECTION_METHOD", "first-found")).IPv4.Method, Is.InstanceOf<DetectionMethod.FirstFound>());
        Assert.That(Read(("KUBERNETES_SERVICE_HOST", "10.96.0.1"), ("CALICO_KUBERNETES", "none")).Kubernetes, Is.Null);
        Assert.That(Assert.Throws<OptionsException>(() => Read(("CALICO_MANAGE_CNI", "true")))!.Faults.Single(), Does.StartWith("CALICO_MANAGE_CNI"));
    }

    [Test]
    public void A_directory_too_deep_for_a_socket_is_refused() =>
        Assert.That(
            Assert.Throws<OptionsException>(() => Read(("CALICO_RUN_DIR", "/" + new string('d', 107))))!.Faults,
            Has.Count.EqualTo(2).And.All.Contains("107 bytes"));

    [Test]
    public void A_password_is_not_in_a_fault() =>
        Assert.That(Assert.Throws<OptionsException>(() => Read(("ETCD_PASSWORD", "hush")))!.Message, Does.Not.Contain("hush"));

    [Test]
    public void A_node_without_any_address_cannot_speak_BGP()
    {
        Assert.That(Assert.Throws<OptionsException>(() => Read(("IP", "none")))!.Message, Does.Contain("CALICO_NETWORKING_BACKEND=none"));
        Assert.That(Read(("IP", "none"), ("CALICO_NETWORKING_BACKEND", "none")).RunsBird, Is.False);
    }

    [Test]
    public void Unknown_settings_of_upstream_are_named() =>
        Assert.That(Read(("FELIX_BPFENABLED", "true"), ("PATH", "/bin")).UnknownVariables, Is.EqualTo(["FELIX_BPFENABLED"]));

    [TestCase("Off", "Never")]
    [TestCase("always", "Always")]
    public void Modes_are_stored_in_upstreams_spelling(string text, string mode) =>
        Assert.That(Read(("CALICO_IPV4POOL_IPIP", text)).Pool4!.IpipMode, Is.EqualTo(mode));

    [Test]
    public void Every_setting_has_a_variable_and_a_flag_of_its_own()
    {
        Assert.That(Settings.All.Select(setting => setting.Variable), Is.Unique);
        Assert.That(Settings.All.Select(setting => setting.Description), Has.None.Empty);
        Assert.That(EtcdSettings.Endpoints.Flag, Is.EqualTo("--etcd-endpoints"));
    }

    private static AgentOptions Read(params (string Variable, string Value)[] given)
    {
        var environment = given.ToDictionary(pair => pair.Variable, pair => pair.Value);
        return OptionsReader.Read(
            setting => Settings.All.Contains(setting)
                ? environment.GetValueOrDefault(setting.Variable)
                : throw new AssertionException($"run reads {setting.Variable}, which is none of its settings"),
            environment.Keys);
    }
}
