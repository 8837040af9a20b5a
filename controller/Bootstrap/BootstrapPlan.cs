using Calico.Model.Kubernetes;

namespace Calico.Controller.Bootstrap;

/// <summary>
/// From what is there to the next writes, in an order that may be cut anywhere: first who the members are, then their certificates, then what lets
/// clients and members start. Nothing is left to write when all is as it should be.
/// </summary>
internal static class BootstrapPlan
{
    /// <exception cref="BootstrapException">An operator must act.</exception>
    public static IReadOnlyList<BootstrapStep> Make(Observed seen, DateTimeOffset now)
    {
        if (!seen.IsInstalled)
        {
            return [.. Labels(seen.Nodes, [])];
        }

        var members = Membership.Decide(seen.Config.GetValueOrDefault(EtcdNames.MembersKey, ""), seen.Nodes);
        if (members.Count == 0 || seen.ClusterAddresses.Count == 0)
        {
            return [];
        }

        return [.. Record(seen, members), .. Secrets(seen, members, now), .. Files(seen, members), .. Labels(seen.Nodes, members)];
    }

    private static IEnumerable<BootstrapStep> Record(Observed seen, IReadOnlyList<EtcdMember> members)
    {
        if (seen.Config.GetValueOrDefault(EtcdNames.MembersKey, "").Length == 0)
        {
            yield return new BootstrapStep.Config(
                $"the members are {string.Join(", ", members.Select(member => member.Name))}", new Dictionary<string, string?> { [EtcdNames.MembersKey] = EtcdMember.Format(members) });
        }
    }

    private static IEnumerable<BootstrapStep> Secrets(Observed seen, IReadOnlyList<EtcdMember> members, DateTimeOffset now)
    {
        var (certificate, key) = (seen.Ca.GetValueOrDefault(EtcdNames.CaCert, ""), seen.Ca.GetValueOrDefault(EtcdNames.CaKey, ""));
        if (certificate.Length == 0 && key.Length == 0)
        {
            (certificate, key) = CertificateAuthority.Create(now);
            yield return new BootstrapStep.Secret(
                "a new authority", EtcdNames.CaSecret, new Dictionary<string, string> { [EtcdNames.CaCert] = certificate, [EtcdNames.CaKey] = key });
        }

        using var authority = CertificateAuthority.Load(certificate, key);
        SecretPlan server = new(EtcdNames.ServerSecret, seen.Server, EtcdNames.CaCert, authority, now);
        server.Want(EtcdNames.ServerCert, EtcdNames.ServerKey, CertificateWish.Server(seen.Namespace, seen.ClusterAddresses, members));
        server.Want(EtcdNames.PeerCert, EtcdNames.PeerKey, CertificateWish.Peer(members));
        SecretPlan client = new(EtcdNames.ClientSecret, seen.Client, EtcdNames.ClientCa, authority, now);
        client.Want(EtcdNames.ClientCert, EtcdNames.ClientKey, CertificateWish.Client);
        foreach (var step in server.Steps.Concat(client.Steps))
        {
            yield return step;
        }
    }

    private static IEnumerable<BootstrapStep> Files(Observed seen, IReadOnlyList<EtcdMember> members)
    {
        Dictionary<string, string?> wanted = members.ToDictionary(member => EtcdNames.ConfigKey(member.Name), member => (string?)EtcdConfigFile.Render(member, members));
        wanted[EtcdNames.EndpointsKey] = string.Join(',', seen.ClusterAddresses.Select(address => EtcdMember.Url(address, EtcdNames.ClientPort)));
        foreach (var key in seen.Config.Keys.Where(key => key != EtcdNames.MembersKey && !wanted.ContainsKey(key)))
        {
            wanted[key] = null;
        }

        var changed = wanted.Where(entry => entry.Value != seen.Config.GetValueOrDefault(entry.Key)).ToDictionary();
        if (changed.Count > 0)
        {
            yield return new BootstrapStep.Config($"its {string.Join(", ", changed.Keys.Order(StringComparer.Ordinal))} differ", changed);
        }
    }

    private static IEnumerable<BootstrapStep> Labels(IEnumerable<KubernetesNode> nodes, IReadOnlyList<EtcdMember> members)
    {
        foreach (var node in nodes)
        {
            var isMember = members.Any(member => member.Name == node.Metadata.Name);
            var label = node.Metadata.Labels.GetValueOrDefault(EtcdNames.MemberLabel);
            if (isMember ? label != EtcdNames.MemberValue : label is not null)
            {
                yield return new BootstrapStep.Label(isMember ? "it is to run etcd" : "it is no member", node.Metadata.Name, isMember);
            }
        }
    }
}
