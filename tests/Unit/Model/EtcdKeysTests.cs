using System.Reflection;
using Calico.Model;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Tests.Fakes;
using FsCheck;
using FsCheck.Fluent;

namespace Calico.Tests.Unit.Model;

internal sealed class EtcdKeysTests
{
    private static readonly ResourceKind[] Kinds =
        [.. typeof(ResourceKind).GetProperties(BindingFlags.Public | BindingFlags.Static).Select(property => (ResourceKind)property.GetValue(null)!)];

    public static IEnumerable<string> UpstreamKeys => UpstreamDatastore.Read().Keys;

    [TestCaseSource(nameof(UpstreamKeys))]
    public void Takes_upstreams_keys_apart_and_makes_them_again(string key) => Assert.That(Remake(key), Is.EqualTo(new[] { key }));

    [TestCase("/calico/ipam/v2/handle/")]
    [TestCase("/calico/ipam/v2/host/node-a")]
    [TestCase("/calico/ipam/v2/host/node-a/ipv4/range/10.0.0.0-26")]
    [TestCase("/calico/ipam/v2/assignment/ipv4/block/10.0.0.0")]
    [TestCase("/calico/resources/v3/projectcalico.org/nodes/a/b")]
    [TestCase("/calico/resources/v3/projectcalico.org/workloadendpoints/a")]
    [TestCase("/other")]
    public void Other_keys_are_nobodys(string key) => Assert.That(Remake(key), Is.Empty);

    [Test]
    public void Nodes_follow_every_key_but_each_others_answers()
    {
        Assert.That(UpstreamKeys.Concat(Kinds.Select(EtcdKeys.Prefix)).Append(EtcdKeys.Questions).Append(EtcdKeys.Inquiries), Is.All.Matches<string>(IsFollowed));
        Assert.That(EtcdKeys.Answers, Does.StartWith(EtcdKeys.Root).And.Not.Matches<string>(IsFollowed));

        static bool IsFollowed(string? key) => key!.StartsWith(EtcdKeys.Root, StringComparison.Ordinal) && string.CompareOrdinal(key, EtcdKeys.Unfollowed) < 0;
    }

    [Test]
    public void Any_name_survives_the_escape() =>
        Prop.ForAll(Gen.Elements("a", "%", "/", "2f", "25", "%2f", "-").NonEmptyListOf().Select(string.Concat).ToArbitrary(), name =>
        {
            var handleKey = EtcdKeys.Handle(name);
            var nodeKey = EtcdKeys.Resource(ResourceKind.Node, name);
            return EtcdKeys.TryParseHandle(handleKey, out var handle) && handle == name
                && EtcdKeys.TryParseResource(ResourceKind.Node, nodeKey, out _, out var node) && node == name
                && EtcdKeys.TryParseAffinity(EtcdKeys.Affinity(name, Cidr.Parse("10.0.0.0/26")), out var owner, out _) && owner == name;
        }).QuickCheckThrowOnFailure();

    [Test]
    public void A_kind_is_used_with_or_without_a_namespace_but_not_both()
    {
        Assert.That(() => EtcdKeys.Resource(ResourceKind.WorkloadEndpoint, "a"), Throws.ArgumentException);
        Assert.That(() => EtcdKeys.Resource(ResourceKind.Node, "ns", "a"), Throws.ArgumentException);
        Assert.That(() => EtcdKeys.Handle(""), Throws.ArgumentException);
    }

    private static IEnumerable<string> Remake(string key)
    {
        if (EtcdKeys.TryParseBlock(key, out var block))
        {
            yield return EtcdKeys.Block(block);
        }

        if (EtcdKeys.TryParseAffinity(key, out var node, out var cidr))
        {
            yield return EtcdKeys.Affinity(node, cidr);
        }

        if (EtcdKeys.TryParseHandle(key, out var handle))
        {
            yield return EtcdKeys.Handle(handle);
        }

        foreach (var kind in Kinds)
        {
            if (EtcdKeys.TryParseResource(kind, key, out var @namespace, out var name))
            {
                yield return kind.Namespaced ? EtcdKeys.Resource(kind, @namespace, name) : EtcdKeys.Resource(kind, name);
            }
        }
    }
}
