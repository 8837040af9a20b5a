using System.Net;
using Calico.Controller.Bootstrap;
using Calico.Model.Kubernetes;

namespace Calico.Tests.Unit.Controller.Bootstrap;

internal sealed class BootstrapPlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly IPAddress ServiceAddress = IPAddress.Parse("10.96.7.7");

    [Test]
    public void A_new_cluster_gets_all_it_needs_and_then_nothing_more()
    {
        var seen = Cluster(Node("a", "192.0.2.1"), Node("b", "192.0.2.2"));
        var done = Run(seen);
        Assert.That(Written(BootstrapPlan.Make(seen, Now)), Is.EqualTo(new[] { "config", "calico-etcd-ca", "calico-etcd-server", "calico-etcd-secrets", "config", "label a" }));
        Assert.That(BootstrapPlan.Make(done, Now), Is.Empty);
        Assert.That(done.Config["endpoints"], Is.EqualTo("https://10.96.7.7:6666"));
        Assert.That(done.Config["members"], Is.EqualTo("a 192.0.2.1 new\n"));
        Assert.That(done.Config["a.yaml"], Does.Contain("initial-cluster: a=https://192.0.2.1:6667\n"));
    }

    [Test]
    public void Killed_after_any_write_it_goes_on_to_the_same_members()
    {
        var seen = Cluster(ControlPlane("a", "192.0.2.1"), ControlPlane("b", "192.0.2.2"), ControlPlane("c", "192.0.2.3"));
        var count = BootstrapPlan.Make(seen, Now).Count;
        for (var killed = 0; killed < count; killed++)
        {
            var half = BootstrapPlan.Make(seen, Now).Take(killed).Aggregate(seen, Apply);
            // Meanwhile other nodes came that would have been chosen.
            var done = Run(half with { Nodes = [.. half.Nodes, .. killed == 0 ? Array.Empty<KubernetesNode>() : [ControlPlane("0", "192.0.2.9")]] });
            Assert.That(EtcdMember.Parse(done.Config["members"]).Select(member => member.Name), Is.EqualTo(new[] { "a", "b", "c" }), $"killed after {killed} writes");
            Assert.That(BootstrapPlan.Make(done, Now), Is.Empty, $"killed after {killed} writes");
        }
    }

    [Test]
    public void Labels_come_last_so_that_etcd_finds_its_configuration()
    {
        var steps = BootstrapPlan.Make(Cluster(Node("a", "192.0.2.1")), Now);
        Assert.That(steps[^1], Is.InstanceOf<BootstrapStep.Label>());
        Assert.That(steps.SkipLast(1), Has.None.InstanceOf<BootstrapStep.Label>());
    }

    [Test]
    public void Nodes_that_come_and_go_change_no_membership()
    {
        var done = Run(Cluster(Node("a", "192.0.2.1")));
        var moved = done with { Nodes = [ControlPlane("x", "192.0.2.4"), ControlPlane("y", "192.0.2.5"), ControlPlane("z", "192.0.2.6")] };
        Assert.That(BootstrapPlan.Make(moved, Now), Is.Empty);
    }

    [Test]
    public void An_operator_replaces_a_member_by_its_line()
    {
        var done = Run(Cluster(ControlPlane("a", "192.0.2.1"), ControlPlane("b", "192.0.2.2"), ControlPlane("c", "192.0.2.3"), Node("d", "192.0.2.4")));
        var edited = done with { Config = With(done.Config, "members", "a 192.0.2.1 new\nb 192.0.2.2 new\nd 192.0.2.4 existing\n") };
        var after = Run(edited);
        Assert.That(after.Config.Keys, Does.Contain("d.yaml").And.Not.Contain("c.yaml"));
        Assert.That(after.Config["d.yaml"], Does.Contain("initial-cluster-state: existing"));
        Assert.That(after.Config["a.yaml"], Does.Contain("initial-cluster-state: new"));
        Assert.That(Labelled(after), Is.EqualTo(new[] { "a", "b", "d" }));
        Assert.That(after.Server["peer.crt"], Is.Not.EqualTo(done.Server["peer.crt"]), "the new member's address must be in it");
        Assert.That(after.Client, Is.EqualTo(done.Client));
    }

    [Test]
    public void A_lost_record_is_made_anew_from_the_labelled_nodes()
    {
        var done = Run(Cluster(Node("b", "192.0.2.2")));
        var lost = done with { Config = new Dictionary<string, string>(), Nodes = [ControlPlane("a", "192.0.2.1"), .. done.Nodes] };
        Assert.That(Run(lost).Config["members"], Is.EqualTo("b 192.0.2.2 new\n"));
    }

    [Test]
    public void Certificates_are_renewed_before_they_end_and_the_authority_stays()
    {
        var done = Run(Cluster(Node("a", "192.0.2.1")));
        Assert.That(BootstrapPlan.Make(done, Now.AddDays(240)), Is.Empty);
        var steps = BootstrapPlan.Make(done, Now.AddDays(250));
        Assert.That(Written(steps), Is.EqualTo(new[] { "calico-etcd-server", "calico-etcd-secrets" }));
        Assert.That(steps.Aggregate(done, Apply).Ca, Is.EqualTo(done.Ca));
    }

    [Test]
    public void Without_its_authority_every_certificate_is_made_anew()
    {
        var done = Run(Cluster(Node("a", "192.0.2.1")));
        var steps = BootstrapPlan.Make(done with { Ca = new Dictionary<string, string>() }, Now);
        Assert.That(Written(steps), Is.EqualTo(new[] { "calico-etcd-ca", "calico-etcd-server", "calico-etcd-secrets" }));
        Assert.That(Keys(steps, "calico-etcd-server"), Is.EquivalentTo(new[] { "ca.crt", "server.crt", "server.key", "peer.crt", "peer.key" }));
    }

    [Test]
    public void An_authority_without_its_key_is_reported_and_not_replaced()
    {
        var done = Run(Cluster(Node("a", "192.0.2.1")));
        var broken = done with { Ca = new Dictionary<string, string> { ["ca.crt"] = done.Ca["ca.crt"] } };
        Assert.That(() => BootstrapPlan.Make(broken, Now), Throws.InstanceOf<BootstrapException>().With.Message.Contains("calico-etcd-ca"));
    }

    [Test]
    public void Clients_do_not_get_the_key_of_a_server_or_of_the_authority()
    {
        var done = Run(Cluster(Node("a", "192.0.2.1")));
        Assert.That(done.Client.Keys, Is.EquivalentTo(new[] { "etcd-ca", "etcd-cert", "etcd-key" }));
        Assert.That(done.Server.Keys, Does.Not.Contain("ca.key"));
    }

    [Test]
    public void A_deleted_etcd_loses_its_labels_and_nothing_is_made()
    {
        var gone = Run(Cluster(Node("a", "192.0.2.1"), Node("b", "192.0.2.2"))) with { IsInstalled = false };
        Assert.That(BootstrapPlan.Make(gone, Now), Is.EqualTo(new[] { new BootstrapStep.Label("it is no member", "a", false) }));
    }

    [Test]
    public void Without_a_node_or_a_service_address_it_waits()
    {
        Assert.That(BootstrapPlan.Make(Cluster(), Now), Is.Empty);
        Assert.That(BootstrapPlan.Make(Cluster(Node("a", "192.0.2.1")) with { ClusterAddresses = [] }, Now), Is.Empty);
    }

    [Test]
    public void A_step_does_not_print_keys() =>
        Assert.That(string.Join('\n', BootstrapPlan.Make(Cluster(Node("a", "192.0.2.1")), Now).OfType<BootstrapStep.Secret>()), Does.Not.Contain("PRIVATE"));

    internal static KubernetesNode Node(string name, params string[] addresses) => new()
    {
        Metadata = new KubernetesMetadata { Name = name },
        Status = new KubernetesNodeStatus { Addresses = [.. addresses.Select(address => new KubernetesNodeAddress { Type = "InternalIP", Address = address })] },
    };

    internal static KubernetesNode ControlPlane(string name, params string[] addresses) => Labelled(Node(name, addresses), "node-role.kubernetes.io/control-plane", "");

    private static KubernetesNode Labelled(KubernetesNode node, string key, string? value)
    {
        var labels = node.Metadata.Labels.Where(label => label.Key != key).ToDictionary();
        if (value is not null)
        {
            labels[key] = value;
        }

        return node with { Metadata = node.Metadata with { Labels = labels } };
    }

    private static IEnumerable<string> Labelled(Observed seen) =>
        seen.Nodes.Where(node => node.Metadata.Labels.GetValueOrDefault("projectcalico.org/etcd") == "member").Select(node => node.Metadata.Name);

    private static Observed Cluster(params KubernetesNode[] nodes) => new(
        "kube-system", nodes, new Dictionary<string, string>(), new Dictionary<string, string>(), new Dictionary<string, string>(), new Dictionary<string, string>(), [ServiceAddress], true);

    private static Observed Run(Observed seen) => BootstrapPlan.Make(seen, Now).Aggregate(seen, Apply);

    private static IEnumerable<string> Written(IEnumerable<BootstrapStep> steps) => steps.Select(step => step switch
    {
        BootstrapStep.Secret secret => secret.Name,
        BootstrapStep.Label label => $"label {label.Node}",
        _ => "config",
    });

    private static IEnumerable<string> Keys(IEnumerable<BootstrapStep> steps, string secret) =>
        steps.OfType<BootstrapStep.Secret>().Single(step => step.Name == secret).Data.Keys;

    private static Observed Apply(Observed seen, BootstrapStep step) => step switch
    {
        BootstrapStep.Config config => seen with { Config = config.Data.Aggregate(seen.Config, (data, change) => With(data, change.Key, change.Value)) },
        BootstrapStep.Secret { Name: "calico-etcd-ca" } secret => seen with { Ca = With(seen.Ca, secret.Data) },
        BootstrapStep.Secret { Name: "calico-etcd-server" } secret => seen with { Server = With(seen.Server, secret.Data) },
        BootstrapStep.Secret secret => seen with { Client = With(seen.Client, secret.Data) },
        BootstrapStep.Label label => seen with
        {
            Nodes = [.. seen.Nodes.Select(node => node.Metadata.Name == label.Node ? Labelled(node, "projectcalico.org/etcd", label.IsMember ? "member" : null) : node)],
        },
        _ => throw new ArgumentException("unknown step", nameof(step)),
    };

    private static IReadOnlyDictionary<string, string> With(IReadOnlyDictionary<string, string> data, IReadOnlyDictionary<string, string> changes) =>
        changes.Aggregate(data, (all, change) => With(all, change.Key, change.Value));

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> data, string key, string? value)
    {
        var changed = data.Where(entry => entry.Key != key).ToDictionary();
        if (value is not null)
        {
            changed[key] = value;
        }

        return changed;
    }
}
