using System.Collections.Immutable;
using Calico.Ipam.Core;
using Calico.Ipam.Core.Pools;
using Calico.Model.Json;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Store;

namespace Calico.Tests.Unit.Ipam;

internal sealed class PoolTests
{
    private static readonly ImmutableDictionary<string, string> NoLabels = ImmutableDictionary<string, string>.Empty;

    [TestCase("10.0.0.0/16", null, 26)]
    [TestCase("10.0.0.0/28", null, 28)]
    [TestCase("10.0.0.0/16", 20, 20)]
    [TestCase("10.0.0.0/16", 32, 32)]
    [TestCase("fd00::/64", null, 122)]
    [TestCase("fd00::/64", 116, 116)]
    public void The_block_size_is_the_pools_or_upstreams_default(string cidr, int? blockSize, int expected)
    {
        Assert.That(Pool.TryRead(Stored("p", new IpPoolSpec { Cidr = cidr, BlockSize = blockSize }), out var pool, out _), Is.True);
        Assert.That(pool!.BlockPrefix, Is.EqualTo(expected));
    }

    [TestCase("10.0.0.0/16", 19, null)]
    [TestCase("10.0.0.0/16", 33, null)]
    [TestCase("10.0.0.0/28", 27, null)]
    [TestCase("fd00::/64", 115, null)]
    [TestCase("ten", null, null)]
    [TestCase("10.0.0.0/16", null, "this is no selector")]
    public void A_pool_that_cannot_be_used_is_reported_by_name(string cidr, int? blockSize, string? selector)
    {
        var stored = Stored("broken", new IpPoolSpec { Cidr = cidr, BlockSize = blockSize, NodeSelector = selector });
        Assert.That(Pool.TryRead(stored, out _, out var problem), Is.False);
        Assert.That(problem, Does.StartWith("pool broken cannot be used"));
    }

    [Test]
    public void A_pool_serves_by_itself_only_where_its_settings_say_so()
    {
        var pools = new[]
        {
            Read("any", new IpPoolSpec { Cidr = "10.0.0.0/24" }),
            Read("disabled", new IpPoolSpec { Cidr = "10.0.1.0/24", Disabled = true }),
            Read("manual", new IpPoolSpec { Cidr = "10.0.2.0/24", AssignmentMode = "Manual" }),
            Read("balancer", new IpPoolSpec { Cidr = "10.0.3.0/24", AllowedUses = ["LoadBalancer"] }),
            Read("rack", new IpPoolSpec { Cidr = "10.0.4.0/24", NodeSelector = "rack == '1'" }),
            Read("team", new IpPoolSpec { Cidr = "10.0.5.0/24", NamespaceSelector = "team == 'blue'" }),
            Read("six", new IpPoolSpec { Cidr = "fd00::/64" }),
        };
        var rack1 = new Dictionary<string, string> { ["rack"] = "1" };
        var blue = new Dictionary<string, string> { ["team"] = "blue" };

        var elsewhere = PoolChooser.Choose(pools, IpFamily.IPv4, [], () => NoLabels, NoLabels);
        var here = PoolChooser.Choose(pools, IpFamily.IPv4, [], () => rack1, blue);

        Assert.That(elsewhere.Usable.Select(p => p.Name), Is.EqualTo(new[] { "any" }));
        Assert.That(here.Usable.Select(p => p.Name), Is.EqualTo(new[] { "any", "rack", "team" }));
        Assert.That(elsewhere.Refused, Has.Length.EqualTo(5).And.Some.EqualTo("manual (assignmentMode is Manual)"));
    }

    [Test]
    public void Who_names_pools_gets_them_in_that_order_whatever_they_select()
    {
        var pools = new[]
        {
            Read("a", new IpPoolSpec { Cidr = "10.0.0.0/24", NodeSelector = "rack == '1'" }),
            Read("b", new IpPoolSpec { Cidr = "10.0.1.0/24", AssignmentMode = "Manual" }),
        };
        var choice = PoolChooser.Choose(pools, IpFamily.IPv4, ["10.0.1.0/24", "a"], () => NoLabels, NoLabels);
        Assert.That(choice.Usable.Select(p => p.Name), Is.EqualTo(new[] { "b", "a" }));
    }

    [TestCase("none", "does not exist")]
    [TestCase("off", "is disabled")]
    [TestCase("six", "holds IPv6")]
    public void A_named_pool_that_cannot_serve_is_an_error(string name, string reason)
    {
        var pools = new[] { Read("off", new IpPoolSpec { Cidr = "10.0.0.0/24", Disabled = true }), Read("six", new IpPoolSpec { Cidr = "fd00::/64" }) };
        var error = Assert.Throws<IpamException>(() => PoolChooser.Choose(pools, IpFamily.IPv4, [name], () => NoLabels, NoLabels));
        Assert.That(error!.Message, Does.Contain(name).And.Contain(reason));
    }

    [Test]
    public void The_walk_visits_every_block_once_and_starts_where_the_node_says()
    {
        var pool = Read("p", new IpPoolSpec { Cidr = "10.0.0.0/20" });
        var walk = BlockWalk.Blocks(pool, "node-1").ToList();
        Assert.That(walk, Is.Unique.And.Count.EqualTo(64));
        Assert.That(walk, Has.All.Matches<Cidr>(block => pool.Cidr.Contains(block) && block.PrefixLength == 26));
        Assert.That(BlockWalk.Blocks(pool, "node-1").First(), Is.EqualTo(walk[0]));

        var starts = Enumerable.Range(1, 32).Select(n => BlockWalk.Blocks(pool, $"node-{n}").First()).Distinct().Count();
        Assert.That(starts, Is.GreaterThan(16), "names that differ in a number must start apart");
    }

    private static Pool Read(string name, IpPoolSpec spec) => Pool.TryRead(Stored(name, spec), out var pool, out _) ? pool : throw new ArgumentException(name);

    private static KeyValue Stored(string name, IpPoolSpec spec)
    {
        var value = ModelJson.Write(new Resource<IpPoolSpec> { Kind = "IPPool", Metadata = new ObjectMeta { Name = name }, Spec = spec });
        return new KeyValue($"/calico/resources/v3/projectcalico.org/ippools/{name}", value, 1, 1, 1);
    }
}
