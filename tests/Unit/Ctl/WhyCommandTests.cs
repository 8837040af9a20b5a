using System.Text.Json.Nodes;
using Calico.Ctl;
using Calico.Model;
using Calico.Model.Resources;

namespace Calico.Tests.Unit.Ctl;

internal sealed class WhyCommandTests
{
    private WhyWorld _world = null!;
    private CtlRun _ctl = null!;

    [SetUp]
    public void Start()
    {
        _world = new WhyWorld();
        _ctl = new CtlRun(_world.Store);
    }

    [TearDown]
    public void Stop() => _ctl.Dispose();

    [Test]
    public async Task Two_pods_without_policy_reach_each_other_by_their_profiles_in_both_families() =>
        Assert.That(await _ctl.OutputAsync("why shop/web shop/db --port 5432"), Is.EqualTo("""
            ALLOWED: from pod shop/web on node-a to pod shop/db on node-b

            IPv4 TCP 10.65.0.1:49152 -> 10.65.0.65:5432: allowed
              1. egress of pod shop/web: allowed
                 - no policy selects it; spec.egress[0] of Profile kns.shop allows it: allow
                   everything
              2. ingress of pod shop/db: allowed
                 - no policy selects it; spec.ingress[0] of Profile kns.shop allows it:
                   allow everything
              route: from node-a to node-b (172.18.0.12), which owns block 10.65.0.64/26 of
                     pool main with 10.65.0.65
                     no source NAT: 10.65.0.65 is of a pool

            IPv6 TCP [fd80:65::1]:49152 -> [fd80:65::41]:5432: allowed
              as above
              route: from node-a to node-b (fd18::12), which owns block fd80:65::40/122 of
                     pool main6 with fd80:65::41

            """));

    [Test]
    public async Task A_block_that_contradicts_itself_is_named_and_the_verdict_stands()
    {
        _world.Raw("/calico/ipam/v2/assignment/ipv4/block/10.65.0.64-26", """{"cidr":"10.65.0.64/26","affinity":"host:node-b","allocations":[0],"unallocated":[7],"attributes":[],"deleted":false}""");
        Assert.That(await _ctl.OutputAsync("why shop/web 10.65.0.65 --port 5432"), Does.StartWith("ALLOWED").And.Contain("ipv4/block/10.65.0.64-26 contradicts").And.Contain("ipam check"));
    }

    [Test]
    public async Task A_packet_that_no_rule_allows_is_denied_and_the_rule_to_add_is_shown()
    {
        _world.Tier("security", """{"order":10}""");
        _world.Global("security.base", """{"tier":"security","selector":"all()","types":["Ingress","Egress"],"ingress":[{"action":"Pass"}],"egress":[{"action":"Log"},{"action":"Pass","protocol":"TCP"}]}""");
        _world.Policy("shop", "default.db", """{"selector":"app == 'db'","types":["Ingress"],"ingress":[{"action":"Allow","protocol":"TCP","source":{"selector":"app == 'api'"},"destination":{"ports":[5432]}}]}""");
        Assert.That(await _ctl.RunAsync($"why {WhyWorld.Web} shop/db --port 5432"), Is.EqualTo(ExitCode.Denied));
        Assert.That(_ctl.Out, Is.EqualTo("""
            DENIED: from pod shop/web on node-a to pod shop/db on node-b

            IPv4 TCP 10.65.0.1:49152 -> 10.65.0.65:5432: DENIED
              1. egress of pod shop/web: allowed
                 - tier security: spec.egress[1] of GlobalNetworkPolicy security.base passes
                   it on: pass TCP
                 - no policy decides; spec.egress[0] of Profile kns.shop allows it: allow
                   everything
                 - the kernel's log gets a line of it: spec.egress[0] of GlobalNetworkPolicy
                   security.base
              2. ingress of pod shop/db: DENIED
                 - tier security: spec.ingress[0] of GlobalNetworkPolicy security.base
                   passes it on: pass everything
                 - tier default: no rule of NetworkPolicy shop/default.db matches, and what
                   a policy selects and no rule decides the tier denies
              => add a rule to spec.ingress of NetworkPolicy shop/default.db that allows it:
                   - action: Allow
                     protocol: TCP
                     source:
                       selector: app == 'web'
                     destination:
                       ports: [5432]
              route: from node-a to node-b (172.18.0.12), which owns block 10.65.0.64/26 of
                     pool main with 10.65.0.65
                     no source NAT: 10.65.0.65 is of a pool

            """));
    }

    [Test]
    public async Task The_answer_for_programs_names_rule_tiers_and_route()
    {
        _world.Policy("shop", "default.db", """{"selector":"app == 'db'","ingress":[{"action":"Allow","protocol":"UDP"},{"action":"Deny"}]}""");
        Assert.That(await _ctl.RunAsync("why -n shop web db --proto icmp -o json"), Is.EqualTo(ExitCode.Denied));
        var answer = JsonNode.Parse(_ctl.Out)!;
        var (flow, denied) = (answer["flows"]![1]!, answer["flows"]![1]!["steps"]![1]!);
        Assert.That(((bool)answer["allowed"]!, (long)answer["revision"]!), Is.EqualTo((false, _world.Store.Revision)));
        Assert.That(flow["packet"]!.ToJsonString(), Is.EqualTo(/*lang=json*/ """{"source":"fd80:65::1","destination":"fd80:65::41","protocol":58,"icmpType":128,"icmpCode":0}"""));
        Assert.That(denied["rule"]!.ToJsonString(), Is.EqualTo(/*lang=json*/ """{"kind":"NetworkPolicy","namespace":"shop","name":"default.db","field":"spec.ingress[1]"}"""));
        Assert.That(denied["tiers"]!.ToJsonString(), Is.EqualTo(/*lang=json*/ """[{"tier":"default","outcome":"Decided","policies":[{"kind":"NetworkPolicy","namespace":"shop","name":"default.db"}]}]"""));
        Assert.That(((string?)denied["reason"], (string?)denied["direction"], (string?)denied["endpoint"]), Is.EqualTo(("PolicyRule", "Ingress", "WorkloadEndpoint shop/node--b-k8s-db-eth0")));
        Assert.That(((string?)flow["route"]!["destination"]!["block"], (string?)flow["route"]!["destination"]!["blockOwner"], (bool?)flow["route"]!["destination"]!["allocated"]), Is.EqualTo(("fd80:65::40/122", "node-b", true)));
    }

    [Test]
    public async Task What_leaves_the_cluster_gets_the_nodes_address_and_network_sets_are_named()
    {
        _world.NetworkSet("partners", """{"nets":["192.0.2.0/24"]}""");
        var text = await _ctl.OutputAsync("why shop/web 192.0.2.7 --proto udp --port 53");
        Assert.That(text, Does.StartWith("ALLOWED: from pod shop/web on node-a to outside address 192.0.2.7 (in\nGlobalNetworkSet partners)"));
        Assert.That(text, Does.Contain("source NAT: it leaves node-a as 172.18.0.11"));
        Assert.That(await _ctl.OutputAsync("why node/node-a shop/web"), Does.Contain("a node always reaches the pods that it runs"));
    }

    [Test]
    public async Task A_host_endpoint_judges_the_source_that_it_sees_which_is_the_nodes()
    {
        _world.HostEndpoint("b", """{"node":"node-b","interfaceName":"eth0","profiles":["projectcalico-default-allow"]}""");
        _world.Global("default.hosts", """{"selector":"name == 'b'","types":["Ingress"],"ingress":[{"action":"Deny","source":{"nets":["172.18.0.11/32"]}},{"action":"Allow"}]}""");
        Assert.That(await _ctl.RunAsync("why shop/web node/node-b --proto tcp --port 80 -o json"), Is.EqualTo(ExitCode.Denied));
        Assert.That((string?)JsonNode.Parse(_ctl.Out)!["flows"]![0]!["steps"]![1]!["rule"]!["field"], Is.EqualTo("spec.ingress[0]"));
        _ctl.Environment["FELIX_NATOUTGOINGEXCLUSIONS"] = "IPPoolsAndHostIPs";
        Assert.That(await _ctl.RunAsync("why shop/web 172.18.0.12 --proto tcp --port 80"), Is.EqualTo(ExitCode.Success), _ctl.Out);
        Assert.That(await _ctl.RunAsync("why shop/web hostendpoint/b --port 22"), Is.EqualTo(ExitCode.Success), "a fail-safe port");
    }

    [Test]
    public async Task A_pods_own_node_is_closed_unless_the_agents_settings_say_otherwise()
    {
        Assert.That(await _ctl.RunAsync("why shop/web node/node-a"), Is.EqualTo(ExitCode.Denied));
        Assert.That(_ctl.Out, Does.Contain("=> set FELIX_DEFAULTENDPOINTTOHOSTACTION=Accept"));
        _ctl.Environment["FELIX_DEFAULTENDPOINTTOHOSTACTION"] = "Accept";
        Assert.That(await _ctl.RunAsync("why shop/web node/node-a"), Is.Zero);
    }

    [Test]
    public async Task A_policy_that_is_not_right_is_named_as_what_denies()
    {
        _world.Policy("shop", "default.wrong", """{"selector":"app == 'db'","ingress":[{"action":"Allow","source":{"nets":["10.0.0.0/99"]}}]}""");
        _world.Raw(EtcdKeys.Resource(ResourceKind.NetworkPolicy, "lab", "default.broken"), "{{");
        _world.Global("default.nobody", """{"selector":"app =="}""");
        Assert.That(await _ctl.RunAsync("why shop/web shop/db"), Is.EqualTo(ExitCode.Denied));
        Assert.That(_ctl.Out, Does.Contain("NetworkPolicy shop/default.wrong is not right and so denies").And.Contain("=> put NetworkPolicy shop/default.wrong right").And.Contain("! GlobalNetworkPolicy default.nobody is not right and selects nothing"));
        Assert.That(await _ctl.RunAsync("why lab/probe shop/web"), Is.EqualTo(ExitCode.Denied));
        Assert.That(_ctl.Out, Does.Contain("NetworkPolicy lab/default.broken is not right and so denies"));
    }

    [Test]
    public async Task What_is_missing_around_the_ends_is_said()
    {
        _world.Pod("new", "late", "node-c", "10.65.0.9", null);
        Assert.That(await _ctl.RunAsync("why new/late shop/web"), Is.EqualTo(ExitCode.Denied));
        Assert.That(_ctl.Out.ReplaceLineEndings(" ").Replace("    ", "", StringComparison.Ordinal), Does.Contain("none of its profiles (kns.new) is stored").And.Contain("node node-c of new/late is not in the datastore").And.Contain("10.65.0.9 of new/late is free in block 10.65.0.0/26"));
        Assert.That(await _ctl.RunAsync("why shop/web 10.65.0.77"), Is.Zero);
        Assert.That(_ctl.Out, Does.Contain("! 10.65.0.77 is of pool main and not given out to anybody"));
    }

    [TestCase("why shop/wep shop/db", "there is no pod shop/wep", ExitCode.Failed)]
    [TestCase("why web shop/db", "there is no pod default/web with an endpoint; is shop/web meant?", ExitCode.Failed)]
    [TestCase("why shop/w shop/db", "is shop/web meant?", ExitCode.Failed)]
    [TestCase("why node/nowhere shop/db", "there is no node nowhere", ExitCode.Failed)]
    [TestCase("why lab/probe fd80:65::1", "they need addresses of one family", ExitCode.Failed)]
    [TestCase("why shop/web shop/web", "are the same", ExitCode.Failed)]
    [TestCase("why shop/web shop/db --proto tcp", "say --port", ExitCode.Usage)]
    [TestCase("why shop/web shop/db --proto icmp --port 80", "no ports of icmp", ExitCode.Usage)]
    [TestCase("why shop/web shop/db --proto nonsense", "'nonsense' is not a protocol", ExitCode.Usage)]
    [TestCase("why shop/web shop/db --port 70000", "--port is from 0 to 65535", ExitCode.Usage)]
    [TestCase("why a/b/c shop/db", "'a' is none of pod, workloadendpoint, hostendpoint, node", ExitCode.Usage)]
    public async Task A_question_that_cannot_be_asked_says_why(string commandLine, string message, int code)
    {
        Assert.That(await _ctl.RunAsync(commandLine), Is.EqualTo(code), _ctl.Out);
        Assert.That(_ctl.Error, Does.Contain(message));
    }

    [Test]
    public async Task Everything_is_read_at_one_revision_and_lines_fit_a_terminal()
    {
        _world.Store.PageSize = 1;
        _world.Policy("shop", "knp.default.deny", """{"selector":"all()","order":1000,"types":["Ingress"]}""");
        Assert.That(await _ctl.RunAsync("why lab/probe shop/web --port 80"), Is.EqualTo(ExitCode.Denied));
        Assert.That(_ctl.Out, Does.Contain("kubectl -n shop edit networkpolicy deny"));
        Assert.That(_ctl.Out.Split('\n').Select(line => line.Length), Is.All.LessThanOrEqualTo(80));
    }
}
