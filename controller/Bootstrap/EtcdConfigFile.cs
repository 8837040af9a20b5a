using System.Net;

namespace Calico.Controller.Bootstrap;

/// <summary>The configuration file of a member (etcd's <c>--config-file</c>), as the container sees its paths.</summary>
internal static class EtcdConfigFile
{
    private const string Secrets = "/etc/calico-etcd/tls/";

    public static string Render(EtcdMember member, IReadOnlyList<EtcdMember> members)
    {
        var clients = string.Join(',', member.Addresses.Append(IPAddress.Loopback).Select(address => EtcdMember.Url(address, EtcdNames.ClientPort)));
        var cluster = string.Join(',', members.Select(each => $"{each.Name}={each.PeerUrl}"));
        return $"""
            name: {member.Name}
            data-dir: /var/lib/etcd/data
            listen-client-urls: {clients}
            advertise-client-urls: {EtcdMember.Url(member.Addresses[0], EtcdNames.ClientPort)}
            listen-peer-urls: {member.PeerUrl}
            initial-advertise-peer-urls: {member.PeerUrl}
            listen-metrics-urls: http://127.0.0.1:{EtcdNames.MetricsPort}
            initial-cluster: {cluster}
            initial-cluster-token: {EtcdNames.Etcd}
            initial-cluster-state: {(member.JoinsExisting ? "existing" : "new")}
            strict-reconfig-check: true
            auto-compaction-mode: periodic
            auto-compaction-retention: 1h
            logger: zap
            log-outputs: [stderr]
            client-transport-security:
              client-cert-auth: true
              trusted-ca-file: {Secrets}{EtcdNames.CaCert}
              cert-file: {Secrets}{EtcdNames.ServerCert}
              key-file: {Secrets}{EtcdNames.ServerKey}
            peer-transport-security:
              client-cert-auth: true
              trusted-ca-file: {Secrets}{EtcdNames.CaCert}
              cert-file: {Secrets}{EtcdNames.PeerCert}
              key-file: {Secrets}{EtcdNames.PeerKey}
              allowed-cn: {EtcdNames.PeerCommonName}

            """;
    }
}
