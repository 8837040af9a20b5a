using System.Globalization;
using System.Text.Json.Nodes;
using Calico.Store.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Kubernetes;

/// <summary>Tells Kubernetes that this node has a network. Where a cloud's controller set NetworkUnavailable, no pod is scheduled here before.</summary>
internal sealed class NodeCondition(IKubernetesApi api, string node, ILogger log, TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>Tries until it is said.</summary>
    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await api.PatchAsync(KubernetesKinds.Nodes, "", node, Patch.Strategic(Body(time.GetUtcNow())).OfStatus(), cancellationToken);
                KubernetesLog.NetworkAvailable(log, node);
                return;
            }
            catch (KubernetesException e)
            {
                KubernetesLog.ConditionNotSet(log, node, pause.TotalSeconds, e.Message);
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }

    private static JsonObject Body(DateTimeOffset now)
    {
        var at = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return new JsonObject
        {
            ["status"] = new JsonObject
            {
                ["conditions"] = new JsonArray(new JsonObject
                {
                    ["type"] = "NetworkUnavailable",
                    ["status"] = "False",
                    ["reason"] = "CalicoIsUp",
                    ["message"] = "Calico is running on this node",
                    ["lastHeartbeatTime"] = at,
                    ["lastTransitionTime"] = at,
                }),
            },
        };
    }
}
