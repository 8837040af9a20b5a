using System.Text.Json;
using System.Text.RegularExpressions;

namespace Calico.Agent.Install;

/// <summary>Makes a network configuration of a template with upstream's <c>__NAME__</c> in it. Pure.</summary>
internal static partial class ConfTemplate
{
    /// <summary>What is installed when the operator gives none. CNI 1.0.0, as plugins of distributions do not know 1.1.0 yet.</summary>
    public const string Usual = """
        {
          "name": "k8s-pod-network",
          "cniVersion": "1.0.0",
          "plugins": [
            {
              "type": "calico",
              "log_level": "__LOG_LEVEL__",
              "log_file_path": "/var/log/calico/cni/cni.log",
              "datastore_type": "etcdv3",
              "etcd_endpoints": "__ETCD_ENDPOINTS__",
              "etcd_key_file": "__ETCD_KEY_FILE__",
              "etcd_cert_file": "__ETCD_CERT_FILE__",
              "etcd_ca_cert_file": "__ETCD_CA_CERT_FILE__",
              "mtu": __CNI_MTU__,
              "ipam": {"type": "calico-ipam", "assign_ipv4": "__ASSIGN_IPV4__", "assign_ipv6": "__ASSIGN_IPV6__"},
              "policy": {"type": "k8s"},
              "kubernetes": {"kubeconfig": "__KUBECONFIG_FILEPATH__"}
            },
            {"type": "portmap", "snat": true, "capabilities": {"portMappings": true}}
          ]
        }

        """;

    /// <summary>The names that a template may use.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        "KUBERNETES_NODE_NAME", "KUBECONFIG_FILEPATH", "CNI_MTU", "ETCD_ENDPOINTS", "ETCD_CA_CERT_FILE", "ETCD_CERT_FILE", "ETCD_KEY_FILE", "LOG_LEVEL",
        "ASSIGN_IPV4", "ASSIGN_IPV6", "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT",
    ];

    /// <exception cref="InstallException">A name has no value, or what comes out is no network configuration that fits the file's name.</exception>
    public static string Render(string template, IReadOnlyDictionary<string, string> values, string fileName)
    {
        var text = Placeholder().Replace(template.Length > 0 ? template : Usual, match => values.TryGetValue(match.Groups[1].Value, out var value)
            ? JsonEncodedText.Encode(value).ToString()
            : throw new InstallException($"the network configuration holds {match.Value}, which has no value: known are {string.Join(", ", Names.Select(name => $"__{name}__"))}"));
        var isList = IsList(text);
        return isList == fileName.EndsWith(".conflist", StringComparison.Ordinal)
            ? text
            : throw new InstallException(
                $"CNI_CONF_NAME is {fileName}, but the network configuration is {(isList ? "a list (it has 'plugins'): name it ….conflist" : "of one plugin: name it ….conf")}");
    }

    private static bool IsList(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String
                ? (root.TryGetProperty("plugins", out var plugins), root.TryGetProperty("type", out _)) switch
                {
                    (true, _) when plugins.ValueKind == JsonValueKind.Array && plugins.GetArrayLength() > 0 => true,
                    (false, true) => false,
                    _ => throw new InstallException("the network configuration has neither 'plugins', a list with something in it, nor 'type'"),
                }
                : throw new InstallException("the network configuration is no JSON object with a 'name'");
        }
        catch (JsonException e)
        {
            throw new InstallException($"the network configuration is no JSON: {e.Message}", e);
        }
    }

    [GeneratedRegex("__([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)__", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}
