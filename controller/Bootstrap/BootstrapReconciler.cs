using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Calico.Store.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Calico.Controller.Bootstrap;

/// <summary>Reads what is there, and writes what <see cref="BootstrapPlan"/> says. May be killed between any two calls.</summary>
internal sealed class BootstrapReconciler(IKubernetesApi api, string ns, ILogger log, TimeProvider time)
{
    // The record of who the members are must not be written over: of two that decide at once, the second conflicts and reads again.
    private string _configVersion = "";

    /// <param name="isInstalled">etcd's DaemonSet is there.</param>
    /// <returns>How many writes it took; 0 when all was as it should be.</returns>
    /// <exception cref="KubernetesException">The API did not do it; to be tried again.</exception>
    /// <exception cref="BootstrapException">An operator must act.</exception>
    public async Task<int> RunAsync(bool isInstalled, CancellationToken cancellationToken)
    {
        var steps = BootstrapPlan.Make(await ObserveAsync(isInstalled, cancellationToken), time.GetUtcNow());
        foreach (var step in steps)
        {
            await ApplyAsync(step, cancellationToken);
        }

        return steps.Count;
    }

    private async Task<Observed> ObserveAsync(bool isInstalled, CancellationToken cancellationToken)
    {
        var nodes = (await api.ListAsync(KubernetesKinds.Nodes, ListQuery.All, cancellationToken)).Items;
        if (!isInstalled)
        {
            // Being deleted with the rest: nothing but the nodes may be left to read, and no right to.
            return new Observed(ns, nodes, Empty, Empty, Empty, Empty, [], IsInstalled: false);
        }

        var config = await api.ReadAsync(KubernetesKinds.ConfigMaps, ns, EtcdNames.Etcd, cancellationToken) ?? throw Missing("ConfigMap", EtcdNames.Etcd);
        _configVersion = config.Metadata.ResourceVersion;
        var service = await api.ReadAsync(KubernetesKinds.Services, ns, EtcdNames.Etcd, cancellationToken) ?? throw Missing("Service", EtcdNames.Etcd);
        return new Observed(
            ns,
            nodes,
            config.Data,
            await SecretAsync(EtcdNames.CaSecret, cancellationToken),
            await SecretAsync(EtcdNames.ServerSecret, cancellationToken),
            await SecretAsync(EtcdNames.ClientSecret, cancellationToken),
            [.. service.Spec.ClusterIPs.Select(address => IPAddress.TryParse(address, out var parsed) ? parsed : null).OfType<IPAddress>()],
            IsInstalled: true);
    }

    private static IReadOnlyDictionary<string, string> Empty { get; } = new Dictionary<string, string>();

    private async Task<IReadOnlyDictionary<string, string>> SecretAsync(string name, CancellationToken cancellationToken)
    {
        var secret = await api.ReadAsync(KubernetesKinds.Secrets, ns, name, cancellationToken) ?? throw Missing("Secret", name);
        return secret.Data.ToDictionary(entry => entry.Key, entry => Encoding.UTF8.GetString(entry.Value));
    }

    private async Task ApplyAsync(BootstrapStep step, CancellationToken cancellationToken)
    {
        switch (step)
        {
            case BootstrapStep.Config config:
                var written = await api.PatchAsync(
                    KubernetesKinds.ConfigMaps, ns, EtcdNames.Etcd, Patch.Merge(Body("data", config.Data, _configVersion)), cancellationToken);
                _configVersion = written.Metadata.ResourceVersion;
                BootstrapLog.Written(log, "ConfigMap", EtcdNames.Etcd, config.Reason);
                break;
            case BootstrapStep.Secret secret:
                var data = secret.Data.ToDictionary(entry => entry.Key, entry => (string?)Convert.ToBase64String(Encoding.UTF8.GetBytes(entry.Value)));
                await api.PatchAsync(KubernetesKinds.Secrets, ns, secret.Name, Patch.Merge(Body("data", data, "")), cancellationToken);
                BootstrapLog.Written(log, "Secret", secret.Name, secret.Reason);
                break;
            case BootstrapStep.Label label:
                var labels = new Dictionary<string, string?> { [EtcdNames.MemberLabel] = label.IsMember ? EtcdNames.MemberValue : null };
                await api.PatchAsync(KubernetesKinds.Nodes, "", label.Node, Patch.Merge(new JsonObject { ["metadata"] = Body("labels", labels, "") }), cancellationToken);
                BootstrapLog.Written(log, "Node", label.Node, label.Reason);
                break;
        }
    }

    private static JsonObject Body(string field, IReadOnlyDictionary<string, string?> entries, string resourceVersion)
    {
        JsonObject map = [];
        foreach (var (key, value) in entries)
        {
            map[key] = value;
        }

        JsonObject body = new() { [field] = map };
        if (resourceVersion.Length > 0)
        {
            body["metadata"] = new JsonObject { ["resourceVersion"] = resourceVersion };
        }

        return body;
    }

    private BootstrapException Missing(string kind, string name) => new($"{kind} {ns}/{name} is missing; apply the manifest again");
}
