using System.Text.Json.Nodes;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Store;

namespace Calico.Tests.Rig.Cni;

/// <summary>Builds network confs for the plugin under test, as an administrator would write them.</summary>
public static class CniConf
{
    /// <summary>A conf of <c>calico</c> with <c>calico-ipam</c> on a host of the rig.</summary>
    public static JsonObject Calico(Host host, EtcdServer etcd, string network = "k8s-pod-network", string version = "1.1.0")
    {
        ArgumentNullException.ThrowIfNull(etcd);
        var conf = Calico(host, etcd.EndpointText, network, version);
        if (etcd.Tls is { } tls)
        {
            conf["etcd_ca_cert_file"] = tls.CaFile;
            conf["etcd_cert_file"] = tls.ClientCertFile;
            conf["etcd_key_file"] = tls.ClientKeyFile;
        }

        return conf;
    }

    /// <summary>The same without TLS, for any number of endpoints.</summary>
    public static JsonObject Calico(Host host, string etcdEndpoints, string network = "k8s-pod-network", string version = "1.1.0")
    {
        ArgumentNullException.ThrowIfNull(host);
        return new JsonObject
        {
            ["cniVersion"] = version,
            ["name"] = network,
            ["type"] = "calico",
            ["etcd_endpoints"] = etcdEndpoints,
            ["nodename"] = host.NodeName,
            ["nodename_file"] = host.NodeNameFile,
            ["mtu_file"] = host.MtuFile,
            ["agent_socket"] = host.AgentSocket,
            ["log_level"] = "info",
            ["log_file_path"] = Path.Combine(host.LibraryDirectory, "cni.log"),
            ["ipam"] = new JsonObject { ["type"] = "calico-ipam", ["assign_ipv4"] = "true", ["assign_ipv6"] = "true" },
        };
    }

    /// <summary>A copy with some fields set anew; a null takes the field away.</summary>
    public static JsonObject With(this JsonObject conf, params (string Name, JsonNode? Value)[] fields)
    {
        var copy = conf.DeepClone().AsObject();
        foreach (var (name, value) in fields)
        {
            copy.Remove(name);
            if (value is not null)
            {
                copy[name] = value;
            }
        }

        return copy;
    }

    /// <summary>A copy that never asks the agent.</summary>
    public static JsonObject WithoutAgent(this JsonObject conf) => conf.With(("agent_socket", "none"));

    /// <summary>A copy with some fields of its <c>ipam</c> section set anew.</summary>
    public static JsonObject WithIpam(this JsonObject conf, params (string Name, JsonNode? Value)[] fields)
    {
        ArgumentNullException.ThrowIfNull(conf);
        return conf.With(("ipam", conf["ipam"]!.AsObject().With(fields)));
    }
}
