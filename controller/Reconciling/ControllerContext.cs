using Calico.Controller.Metrics;
using Calico.Store;
using Calico.Store.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Calico.Controller.Reconciling;

/// <summary>What reconcilers work with. Their log category is their name.</summary>
internal sealed record ControllerContext(IKeyValueStore Store, IKubernetesApi Api, MetricRegistry Metrics, ILoggerFactory Logs, TimeProvider Time);
