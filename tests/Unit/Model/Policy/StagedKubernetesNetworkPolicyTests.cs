using System.Text;
using System.Text.Json.Nodes;
using Calico.Model.Json;
using Calico.Model.Policy;
using Calico.Model.Resources;

namespace Calico.Tests.Unit.Model.Policy;

internal sealed class StagedKubernetesNetworkPolicyTests
{
    [Test]
    public void A_staged_policy_of_Kubernetes_is_kept_whole()
    {
        const string Json = """
            {"kind":"StagedKubernetesNetworkPolicy","apiVersion":"projectcalico.org/v3","metadata":{"name":"a","namespace":"b"},
            "spec":{"stagedAction":"Set","podSelector":{"matchLabels":{"app":"web"}},"policyTypes":["Ingress"],"ingress":[{"from":[{"ipBlock":{"cidr":"10.0.0.0/8"}}]}]}}
            """;
        var policy = ModelJson.Read<Resource<StagedKubernetesNetworkPolicySpec>>(Encoding.UTF8.GetBytes(Json));
        Assert.That(policy.Spec.StagedAction, Is.EqualTo("Set"));
        Assert.That(JsonNode.DeepEquals(JsonNode.Parse(ModelJson.Write(policy)), JsonNode.Parse(Json)));
    }
}
