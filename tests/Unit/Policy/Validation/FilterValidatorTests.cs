using Calico.Model.Resources;
using Calico.Policy.Validation;

namespace Calico.Tests.Unit.Policy.Validation;

internal sealed class FilterValidatorTests
{
    private static readonly BgpFilterRule Inside = new() { Action = "Accept", MatchOperator = "In", Cidr = "10.0.0.0/8" };

    private static IEnumerable<TestCaseData> WrongRules()
    {
        yield return Wrong("action", new BgpFilterRule());
        yield return Wrong("action", Inside with { Action = "Allow" });
        yield return Wrong("matchOperator", Inside with { MatchOperator = "Within" });
        yield return Wrong("matchOperator", Inside with { MatchOperator = null });
        yield return Wrong("cidr", Inside with { Cidr = null });
        yield return Wrong("cidr", Inside with { Cidr = "fd00::/8" });
        yield return Wrong("cidr", Inside with { Cidr = "10.0.0.0/33" });
        yield return Wrong("source", Inside with { Source = "Kernel" });
        yield return Wrong("peerType", Inside with { PeerType = "ebgp" });
        yield return Wrong("interface", Inside with { Interface = "eth0\" then accept; #" });
        yield return Wrong("prefixLength", Inside with { MatchOperator = "Equal", PrefixLength = new() { Min = 8 } });
        yield return Wrong("prefixLength", Inside with { PrefixLength = new() { Min = 24, Max = 16 } });
        yield return Wrong("prefixLength", Inside with { PrefixLength = new() { Max = 33 } });
    }

    [TestCaseSource(nameof(WrongRules))]
    public void Names_the_field_that_is_wrong(string field, BgpFilterRule rule)
    {
        var errors = FilterValidator.Validate(Filter(new() { ImportV4 = [Inside, rule] }));
        Assert.That(errors.Select(error => error.Field), Is.EqualTo(new[] { $"spec.importV4[1].{field}" }));
    }

    [Test]
    public void Accepts_each_condition_in_its_family()
    {
        BgpFilterRule[] v4 = [Inside, new() { Action = "Reject" }, Inside with { Source = "RemotePeers", Interface = "cali*", PeerType = "iBGP", PrefixLength = new() { Min = 8, Max = 32 } }];
        BgpFilterRule[] v6 = [new() { Action = "Reject", MatchOperator = "NotEqual", Cidr = "::/0" }];
        Assert.That(FilterValidator.Validate(Filter(new() { ImportV4 = v4, ExportV4 = v4, ImportV6 = v6, ExportV6 = v6 })), Is.Empty);
    }

    private static TestCaseData Wrong(string field, BgpFilterRule rule) => new(field, rule);

    private static Resource<BgpFilterSpec> Filter(BgpFilterSpec spec) => new()
    {
        Kind = ResourceKind.BgpFilter.Kind,
        Metadata = new ObjectMeta { Name = "only-private" },
        Spec = spec,
    };
}
