using Calico.Policy.Evaluation;
using Calico.Policy.Kubernetes;
using Calico.Policy.Validation;
using FsCheck;
using FsCheck.Fluent;

namespace Calico.Tests.Unit.Policy.Kubernetes;

/// <summary>What our policies do is what Kubernetes says its own do: two independent readings of the same cluster.</summary>
internal sealed class ConversionProperties
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(400);

    [TestCase(false)]
    [TestCase(true)]
    public void The_verdict_of_the_converted_policies_is_that_of_Kubernetes(bool withClusterPolicies) =>
        Prop.ForAll(RandomKubernetes.World(withClusterPolicies).ToArbitrary(), RandomKubernetes.Packet.ListOf(20).ToArbitrary(), (world, packets) =>
        {
            var ours = new PolicyEvaluator(world.Converted());
            var theirs = new KubernetesSemantics(world);
            foreach (var packet in packets)
            {
                var verdict = ours.Evaluate(packet);
                if (verdict.Allowed != theirs.Allows(packet))
                {
                    throw new AssertionException($"{packet}: Kubernetes {(theirs.Allows(packet) ? "allows" : "denies")}, ours: {verdict}\n{world}");
                }
            }
        }).Check(Many);

    [Test]
    public void Everything_converts_without_complaint_and_validates() =>
        Prop.ForAll(RandomKubernetes.World(withClusterPolicies: true).ToArbitrary(), world =>
            world.Policies.Select(KubernetesPolicyConverter.Convert).All(converted => converted.Errors.IsEmpty && PolicyValidator.Validate(converted.Policy!).IsEmpty)
            && world.ClusterPolicies.Select(ClusterPolicyConverter.Convert).All(converted => converted.Errors.IsEmpty && PolicyValidator.Validate(converted.Policy!).IsEmpty))
            .QuickCheckThrowOnFailure();

    /// <summary>Guards the two above: a property that holds because nothing is ever denied, or ever allowed, says nothing.</summary>
    [Test]
    public void The_worlds_allow_some_and_deny_some()
    {
        var verdicts = Gen.Zip(RandomKubernetes.World(withClusterPolicies: true), RandomKubernetes.Packet)
            .Sample(2000, 50)
            .Select(pair => new KubernetesSemantics(pair.Item1).Allows(pair.Item2))
            .ToList();
        Assert.That(verdicts.Count(allowed => allowed), Is.InRange(verdicts.Count / 10, verdicts.Count * 9 / 10));
    }
}
