using System.Collections.Immutable;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Compiled;
using Calico.Policy.Evaluation;
using Calico.Policy.Validation;

namespace Calico.Ctl.Why;

/// <summary>What verdicts speak of, as it is written: policies, profiles and endpoints of a snapshot. Pure.</summary>
internal sealed class PolicyBook(PolicySnapshot snapshot)
{
    /// <summary>The rule as it is written; null for one that is not: what stands for a policy that is not right, or is built in.</summary>
    public PolicyRule? RuleOf(RuleReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var (id, isIngress) = (reference.Policy, reference.Direction == PolicyDirection.Ingress);
        if (id.Kind == ResourceKind.Profile.Kind)
        {
            var rules = snapshot.Profiles.FirstOrDefault(profile => profile.Metadata.Name == id.Name)?.Spec is { } spec ? isIngress ? spec.Ingress : spec.Egress : null;
            return rules is not null && reference.Index < rules.Count && ErrorsOf(id).IsEmpty ? ProfileSpec.ReadRule(rules[reference.Index]) : null;
        }

        var written = id.Namespace.Length > 0
            ? Policy(id)?.Spec is { } own ? isIngress ? own.Ingress : own.Egress : null
            : Global(id)?.Spec is { } all ? isIngress ? all.Ingress : all.Egress : null;
        return written is not null && reference.Index < written.Count && ErrorsOf(id).IsEmpty ? written[reference.Index] : null;
    }

    /// <summary>What is wrong with a policy or profile, so that it denies instead of what is written.</summary>
    public ImmutableArray<ValidationError> ErrorsOf(PolicyId id)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (snapshot.Unreadable.FirstOrDefault(stored => stored.Id == id) is { Problem: var problem })
        {
            return [new ValidationError(id.ToString(), "", problem)];
        }

        if (id.Kind == ResourceKind.Profile.Kind)
        {
            return snapshot.Profiles.FirstOrDefault(profile => profile.Metadata.Name == id.Name) is { } profile ? PolicyCompiler.Compile(profile).Errors : [];
        }

        return Policy(id) is { } policy ? PolicyCompiler.Compile(policy).Errors : Global(id) is { } global ? PolicyCompiler.Compile(global).Errors : [];
    }

    /// <summary>Who judged, for people: a pod by its name.</summary>
    public string NameOf(EndpointVerdict verdict) =>
        snapshot.Workloads.FirstOrDefault(workload => verdict.Endpoint == new PolicyId(workload.Kind, workload.Metadata.Namespace ?? "", workload.Metadata.Name).ToString()) is { } workload
            ? $"pod {EndFinder.NameOf(workload)}"
            : verdict.Endpoint;

    private Resource<NetworkPolicySpec>? Policy(PolicyId id) =>
        snapshot.Policies.FirstOrDefault(policy => policy.Kind == id.Kind && policy.Metadata.Namespace == id.Namespace && policy.Metadata.Name == id.Name);

    private Resource<GlobalNetworkPolicySpec>? Global(PolicyId id) => snapshot.GlobalPolicies.FirstOrDefault(policy => policy.Kind == id.Kind && policy.Metadata.Name == id.Name);
}
