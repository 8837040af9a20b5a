using Calico.Model.Resources;

namespace Calico.Agent.Routing.Plan;

/// <summary>BGPConfiguration: the object named default, and those of single nodes (<c>node.NAME</c>).</summary>
internal sealed class BgpSettings
{
    public const int DefaultPort = 179;
    private const string NodePrefix = "node.";
    private readonly Dictionary<string, BgpConfigurationSpec> _byName = [];

    public BgpSettings(IEnumerable<Resource<BgpConfigurationSpec>> configurations, List<RoutingProblem> problems)
    {
        foreach (var configuration in configurations)
        {
            var (name, spec) = (configuration.Metadata.Name, configuration.Spec);
            if (spec.ListenPort is < 1 or > 65535)
            {
                problems.Add(new($"BGPConfiguration {name}", $"listenPort {spec.ListenPort} is not a port; {DefaultPort} is used"));
                spec = spec with { ListenPort = null };
            }

            if (spec.PrefixAdvertisements is not null || spec.ServiceClusterIPs is not null
                || spec.ServiceExternalIPs is not null || spec.ServiceLoadBalancerIPs is not null)
            {
                problems.Add(new($"BGPConfiguration {name}", "announcing services and tagging with communities are not supported yet; those fields have no effect"));
            }

            _byName[name] = spec;
        }
    }

    private BgpConfigurationSpec? Default => _byName.GetValueOrDefault("default");

    public AsNumber As => Default?.AsNumber ?? AsNumber.Default;

    public int ListenPort => Default?.ListenPort ?? DefaultPort;

    public bool MeshEnabled => Default?.NodeToNodeMeshEnabled ?? true;

    public string? MeshMaxRestartTime => Default?.NodeMeshMaxRestartTime;

    public string LogSeverity(string node) => For(node)?.LogSeverityScreen ?? Default?.LogSeverityScreen ?? "Info";

    /// <summary>Whether BGP listens on the node's own address only.</summary>
    public bool BindsToNodeAddress(string node) => (For(node)?.BindMode ?? Default?.BindMode) == "NodeIP";

    public BgpConfigurationSpec? For(string node) => _byName.GetValueOrDefault(NodePrefix + node);
}
