using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane.Conntrack;
using Calico.Model.Net;
using Calico.Policy.Compiled;

namespace Calico.Tests.Unit.Dataplane.Conntrack;

internal sealed class SetEffectsTests
{
    private static readonly ValueArray<IpSetMember> Some = [new IpSetMember(Cidr.Parse("10.0.0.1/32"))];

    [TestCase(RuleAction.Allow, false, false, true)]
    [TestCase(RuleAction.Deny, false, true, false)]
    [TestCase(RuleAction.Allow, true, true, false)]
    [TestCase(RuleAction.Deny, true, false, true)]
    [TestCase(RuleAction.Pass, false, true, true)]
    [TestCase(RuleAction.Log, false, false, false)]
    public void A_set_denies_by_growing_or_by_shrinking_as_its_rules_use_it(RuleAction action, bool excludes, bool byGrowing, bool byShrinking)
    {
        var rule = new ActiveRule(action) { Source = excludes ? new ActiveEntity { NotSet = "s" } : new ActiveEntity { Set = "s" } };
        var effects = new SetEffects([rule]);

        Assert.That(effects.MayDeny(new IpSetDelta("s", Some, [])), Is.EqualTo(byGrowing));
        Assert.That(effects.MayDeny(new IpSetDelta("s", [], Some)), Is.EqualTo(byShrinking));
        Assert.That(effects.MayDeny(new IpSetDelta("other", Some, Some)), Is.False);
    }
}
