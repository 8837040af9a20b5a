using Calico.Cni.Protocol.Json;

namespace Calico.Cni.Protocol;

/// <summary>Reads a network configuration. Fields that we do not know belong to other plugins of the list and are passed over.</summary>
internal static class NetConfReader
{
    public static NetConf Read(ReadOnlySpan<byte> utf8)
    {
        var reader = new FieldReader(utf8, "the network configuration");
        var conf = new NetConf();
        reader.Begin();
        while (reader.NextField(out var name))
        {
            if (TryReadGeneral(ref reader, name, ref conf) || TryReadNode(ref reader, name, ref conf)
                || TryReadStore(ref reader, name, ref conf) || TryReadLog(ref reader, name, ref conf))
            {
                continue;
            }

            reader.Skip();
        }

        reader.End();
        Validate(conf);
        return conf;
    }

    /// <summary>The cniVersion of a document that need not be a whole conf (VERSION); empty when there is none.</summary>
    /// <exception cref="CniException">Code 6: not a JSON object.</exception>
    public static string ReadVersion(ReadOnlySpan<byte> utf8)
    {
        var reader = new FieldReader(utf8, "the network configuration");
        var version = "";
        reader.Begin();
        while (reader.NextField(out var name))
        {
            if (name == "cniVersion")
            {
                version = reader.String(name);
            }
            else
            {
                reader.Skip();
            }
        }

        reader.End();
        return version;
    }

    private static bool TryReadGeneral(ref FieldReader reader, string name, ref NetConf conf)
    {
        switch (name)
        {
            case "cniVersion": conf = conf with { CniVersion = reader.String(name) }; return true;
            case "name": conf = conf with { Name = reader.String(name) }; return true;
            case "type": conf = conf with { Type = reader.String(name) }; return true;
            case "mtu": conf = conf with { Mtu = ReadNatural(ref reader, name, 0) }; return true;
            case "mtu_file": conf = conf with { MtuFile = TextOr(ref reader, name, conf.MtuFile) }; return true;
            case "require_mtu_file": conf = conf with { RequireMtuFile = reader.Boolean(name) }; return true;
            case "include_default_routes": conf = conf with { IncludeDefaultRoutes = reader.Boolean(name) }; return true;
            case "policy_setup_timeout_seconds":
                conf = conf with { PolicySetupTimeout = ReadNatural(ref reader, name, conf.PolicySetupTimeout) };
                return true;
            case "agent_socket": conf = conf with { AgentSocket = reader.String(name) }; return true;
            case "ipam" when reader.OpenObject(name): conf = conf with { Ipam = ReadIpam(ref reader) }; return true;
            case "kubernetes" when reader.OpenObject(name): conf = conf with { Kubernetes = ReadKubernetes(ref reader, conf.Kubernetes) }; return true;
            case "policy" when reader.OpenObject(name): conf = conf with { Kubernetes = ReadPolicy(ref reader, conf.Kubernetes) }; return true;
            case "container_settings" when reader.OpenObject(name): ReadContainerSettings(ref reader, ref conf); return true;
            case "prevResult" when reader.OpenObject(name):
                conf = conf with { PrevResult = CniResultReader.ReadFields(ref reader, "prevResult.") };
                return true;
            case "cni.dev/valid-attachments" or "cni.dev/attachments":
                conf = conf with { ValidAttachments = ReadAttachments(ref reader, name) };
                return true;
            default: return false;
        }
    }

    private static bool TryReadNode(ref FieldReader reader, string name, ref NetConf conf)
    {
        switch (name)
        {
            case "nodename": conf = conf with { NodeName = reader.String(name) }; return true;
            case "nodename_file": conf = conf with { NodeNameFile = TextOr(ref reader, name, conf.NodeNameFile) }; return true;
            case "nodename_file_optional": conf = conf with { NodeNameFileOptional = reader.Boolean(name) }; return true;
            case "hostname": conf = conf with { HostName = reader.String(name) }; return true;
            default: return false;
        }
    }

    private static bool TryReadStore(ref FieldReader reader, string name, ref NetConf conf)
    {
        switch (name)
        {
            case "datastore_type": conf = conf with { DatastoreType = reader.String(name) }; return true;
            case "etcd_endpoints": conf = conf with { EtcdEndpoints = reader.String(name) }; return true;
            case "etcd_key_file": conf = conf with { EtcdKeyFile = reader.String(name) }; return true;
            case "etcd_cert_file": conf = conf with { EtcdCertFile = reader.String(name) }; return true;
            case "etcd_ca_cert_file": conf = conf with { EtcdCaCertFile = reader.String(name) }; return true;
            default: return false;
        }
    }

    private static bool TryReadLog(ref FieldReader reader, string name, ref NetConf conf)
    {
        switch (name)
        {
            case "log_level": conf = conf with { LogLevel = TextOr(ref reader, name, conf.LogLevel) }; return true;
            case "log_file_path": conf = conf with { LogFilePath = reader.String(name) }; return true;
            case "log_file_max_size": conf = conf with { LogFileMaxSize = ReadNatural(ref reader, name, conf.LogFileMaxSize) }; return true;
            case "log_file_max_age": conf = conf with { LogFileMaxAge = ReadNatural(ref reader, name, conf.LogFileMaxAge) }; return true;
            case "log_file_max_count": conf = conf with { LogFileMaxCount = ReadNatural(ref reader, name, conf.LogFileMaxCount) }; return true;
            default: return false;
        }
    }

    private static IpamConf ReadIpam(ref FieldReader reader)
    {
        var ipam = new IpamConf();
        while (reader.NextField(out var name))
        {
            var field = "ipam." + name;
            switch (name)
            {
                case "type": ipam = ipam with { Type = TextOr(ref reader, field, ipam.Type) }; break;
                case "assign_ipv4": ipam = ipam with { AssignIPv4 = reader.BooleanOrText(field, ipam.AssignIPv4) }; break;
                case "assign_ipv6": ipam = ipam with { AssignIPv6 = reader.BooleanOrText(field, ipam.AssignIPv6) }; break;
                case "ipv4_pools": ipam = ipam with { IPv4Pools = reader.Strings(field) }; break;
                case "ipv6_pools": ipam = ipam with { IPv6Pools = reader.Strings(field) }; break;
                default: reader.Skip(); break;
            }
        }

        return ipam;
    }

    private static KubernetesConf ReadKubernetes(ref FieldReader reader, KubernetesConf kubernetes)
    {
        while (reader.NextField(out var name))
        {
            var field = "kubernetes." + name;
            switch (name)
            {
                case "kubeconfig": kubernetes = kubernetes with { Kubeconfig = reader.String(field) }; break;
                case "k8s_api_root": kubernetes = kubernetes with { ApiRoot = TextUnless(kubernetes.ApiRoot, ref reader, field) }; break;
                default: reader.Skip(); break;
            }
        }

        return kubernetes;
    }

    private static KubernetesConf ReadPolicy(ref FieldReader reader, KubernetesConf kubernetes)
    {
        while (reader.NextField(out var name))
        {
            var field = "policy." + name;
            switch (name)
            {
                case "k8s_api_root": kubernetes = kubernetes with { ApiRoot = TextOr(ref reader, field, kubernetes.ApiRoot) }; break;
                case "k8s_auth_token": kubernetes = kubernetes with { AuthToken = reader.String(field) }; break;
                case "k8s_client_certificate": kubernetes = kubernetes with { ClientCertificate = reader.String(field) }; break;
                case "k8s_client_key": kubernetes = kubernetes with { ClientKey = reader.String(field) }; break;
                case "k8s_certificate_authority": kubernetes = kubernetes with { CertificateAuthority = reader.String(field) }; break;
                default: reader.Skip(); break;
            }
        }

        return kubernetes;
    }

    private static void ReadContainerSettings(ref FieldReader reader, ref NetConf conf)
    {
        while (reader.NextField(out var name))
        {
            if (name == "allow_ip_forwarding")
            {
                conf = conf with { AllowIpForwarding = reader.Boolean("container_settings." + name) };
            }
            else
            {
                reader.Skip();
            }
        }
    }

    /// <summary>A null is an empty list: so Go writes one that was never filled.</summary>
    private static List<ValidAttachment> ReadAttachments(ref FieldReader reader, string field)
    {
        var list = new List<ValidAttachment>();
        for (var open = reader.OpenArray(field); open && reader.NextElement();)
        {
            var entry = $"{field}[{list.Count}]";
            var attachment = new ValidAttachment("", "");
            for (var inside = reader.OpenObject(entry); inside && reader.NextField(out var name);)
            {
                switch (name)
                {
                    case "containerID": attachment = attachment with { ContainerId = reader.String($"{entry}.{name}") }; break;
                    case "ifname": attachment = attachment with { IfName = reader.String($"{entry}.{name}") }; break;
                    default: reader.Skip(); break;
                }
            }

            // An entry without a name would protect nothing, and GC would take down a pod that lives.
            list.Add(attachment is { ContainerId.Length: > 0, IfName.Length: > 0 }
                ? attachment
                : throw reader.Complaint($"field '{entry}' needs both containerID and ifname"));
        }

        return list;
    }

    private static string TextOr(ref FieldReader reader, string field, string whenEmpty) =>
        reader.String(field) is { Length: > 0 } text ? text : whenEmpty;

    /// <summary>Reads a text that counts only where an earlier one is empty.</summary>
    private static string TextUnless(string earlier, ref FieldReader reader, string field)
    {
        var text = reader.String(field);
        return earlier.Length > 0 ? earlier : text;
    }

    private static int ReadNatural(ref FieldReader reader, string field, int whenNull)
    {
        var value = reader.Integer(field, whenNull);
        return value >= 0 ? value : throw reader.Complaint($"field '{field}' must not be negative, and is {value}");
    }

    private static void Validate(NetConf conf)
    {
        if (conf.Name.Length == 0)
        {
            throw Invalid("it has no 'name'", "give the network a name, such as k8s-pod-network");
        }

        if (!CniNames.IsNetworkName(conf.Name))
        {
            throw Invalid(
                $"'{conf.Name}' is not a network name",
                "a name starts with a letter or digit and goes on with letters, digits, '_', '.' and '-'");
        }

        if (conf.Type.Length == 0)
        {
            throw Invalid("it has no 'type'", "type names the plugin's executable, such as calico");
        }

        if (conf.DatastoreType is not ("" or "etcdv3"))
        {
            throw Invalid($"datastore_type is '{conf.DatastoreType}'", "etcdv3 is the one datastore of this release");
        }
    }

    private static CniException Invalid(string what, string details) =>
        new(CniErrorCode.InvalidConfiguration, $"the network configuration cannot be used: {what}", details);
}
