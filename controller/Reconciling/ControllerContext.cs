using Calico.Hosting.Metrics;
using Calico.Store;
using Calico.Store.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Calico.Controller.Reconciling;

/// <summary>What reconcilers work with. Their log category is their name.</summary>
internal sealed record ControllerContext(IKeyValueStore Store, IKubernetesApi Api, MetricRegistry Metrics, ILoggerFactory Logs, TimeProvider Time)
{
    /// <summary>How long an address must look leaked before it is taken back.</summary>
    public TimeSpan LeakGrace { get; init; } = TimeSpan.FromMinutes(15);
}
