using System.Globalization;
using System.Text.Json.Nodes;
using Calico.Tests.System.Cluster;

namespace Calico.Tests.System.Security;

/// <summary>
/// The API server's audit log against what the manifest grants, after the other tests made our programs do all they do:
/// NUnit runs fixtures in the order of their full names, and this one is the last. It needs the whole run. Rights that a quiet cluster
/// never uses have their tests: Faults (no agent), Ipam (what is left over), Policies, Resources (both directions, what is refused).
/// </summary>
internal sealed class RbacTests
{
    private const string Prefix = "system:serviceaccount:kube-system:";

    private IReadOnlyList<JsonNode> _requests = [];

    [OneTimeSetUp]
    public void Read()
    {
        ClusterSetUp.Cluster.RequireRig();
        _requests = [.. File.ReadLines(OwnRig.AuditLog).Select(line => JsonNode.Parse(line)!)];
        Assert.That(_requests, Is.Not.Empty, "the audit log has nothing of our service accounts");
    }

    [Test]
    public void Nothing_is_asked_for_that_is_not_granted()
    {
        var refused = from request in _requests
                      where (string?)request["annotations"]?["authorization.k8s.io/decision"] == "forbid" && !IsInGap(request)
                      group request by $"{Account(request)} {Right.Asked(request)}" into same
                      orderby same.Key
                      select $"{same.Key}: {same.Count()} times, first at {(string?)same.First()["requestReceivedTimestamp"]}";
        Assert.That(refused, Is.Empty, string.Join('\n', refused));
    }

    [Test]
    public async Task Everything_that_is_granted_is_used()
    {
        var used = _requests.Where(request => request["objectRef"]?["resource"] is not null)
            .Select(request => (Account(request), Right.Asked(request))).ToHashSet();
        var unused = from grant in await GrantedAsync()
                     where !used.Any(use => use.Item1 == grant.Account && grant.Right.Covers(use.Item2))
                     orderby grant.Account, grant.Right.ToString()
                     select $"{grant.Account} {grant.Right}";
        Assert.That(unused, Is.Empty, string.Join('\n', unused));
    }

    private static bool IsInGap(JsonNode request)
    {
        var at = DateTimeOffset.Parse((string)request["requestReceivedTimestamp"]!, CultureInfo.InvariantCulture);
        return ClusterSetUp.Cluster.Installation.Gaps.Any(gap => gap.From <= at && at <= gap.To);
    }

    private static string Account(JsonNode request) => ((string)request["user"]!["username"]!)[Prefix.Length..];

    // Every right of every rule that a binding gives to a service account of ours.
    private static async Task<IReadOnlyList<(string Account, Right Right)>> GrantedAsync()
    {
        var kubectl = ClusterSetUp.Cluster.Kubectl;
        var roles = (await kubectl.ListAsync("clusterroles,roles")).ToDictionary(role => $"{(string)role["kind"]!}/{(string)role["metadata"]!["name"]!}/{(string?)role["metadata"]!["namespace"]}");
        var grants = from binding in await kubectl.ListAsync("clusterrolebindings,rolebindings")
                     from subject in binding["subjects"]?.AsArray() ?? []
                     where (string?)subject!["namespace"] == "kube-system" && ((string)subject["name"]!).StartsWith("calico", StringComparison.Ordinal)
                     let kind = (string)binding["roleRef"]!["kind"]!
                     let ns = kind == "Role" ? (string?)binding["metadata"]!["namespace"] : null
                     from rule in roles[$"{kind}/{(string)binding["roleRef"]!["name"]!}/{ns}"]["rules"]!.AsArray()
                     from right in Right.Of(rule!)
                     select ((string)subject["name"]!, right);
        return [.. grants];
    }
}
