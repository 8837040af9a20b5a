using Calico.Cni.Protocol;
using Calico.Ipam.Core;
using Calico.Store.Kubernetes;

namespace Calico.Ipam.Delegate;

/// <summary>Reads a pod and its namespace from the API, at once and anew for every call.</summary>
public sealed class PodReader(IKubernetesApi api, TimeProvider time) : IPodDirectory
{
    /// <summary>For both reads together. An API that takes longer is as good as away, and the runtime tries again.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    public Task<PodMetadata> FindAsync(PodReference pod, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pod);
        return WithinAsync(
            pod,
            async token =>
            {
                var (facts, itsNamespace) = (FindPodAsync(pod, token), FindNamespaceAsync(pod, token));
                await Task.WhenAll(facts, itsNamespace);
                return (await facts).In(await itsNamespace);
            },
            cancellationToken);
    }

    /// <summary>The pod without its namespace.</summary>
    /// <exception cref="CniException">As FindAsync.</exception>
    public Task<PodFacts> PodAsync(PodReference pod, CancellationToken cancellationToken) =>
        WithinAsync(pod, token => FindPodAsync(pod, token), cancellationToken);

    /// <summary>The namespace alone.</summary>
    /// <exception cref="CniException">As FindAsync.</exception>
    public Task<NamespaceFacts> NamespaceAsync(PodReference pod, CancellationToken cancellationToken) =>
        WithinAsync(pod, token => FindNamespaceAsync(pod, token), cancellationToken);

    private async Task<PodFacts> FindPodAsync(PodReference pod, CancellationToken cancellationToken)
    {
        var found = await api.ReadAsync(KubernetesKinds.Pods, pod.Namespace, pod.Name, cancellationToken);
        var facts = found is null ? null : PodFacts.Of(found);
        return facts is null
            ? throw Later($"the Kubernetes API knows no {pod}", "it was deleted, or is a static pod whose mirror is not made yet")
            : facts.IsOf(pod)
                ? facts
                : throw Later($"the Kubernetes API knows {pod} no more: the pod of that name is {facts.Uid} now", "this one was deleted and made again");
    }

    private async Task<NamespaceFacts> FindNamespaceAsync(PodReference pod, CancellationToken cancellationToken) =>
        await api.ReadAsync(KubernetesKinds.Namespaces, "", pod.Namespace, cancellationToken) is { } found
            ? NamespaceFacts.Of(found)
            : throw Later($"the Kubernetes API knows no namespace {pod.Namespace}, which {pod} is in", "");

    private async Task<T> WithinAsync<T>(PodReference pod, Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await read(either.Token);
        }
        catch (KubernetesException e)
        {
            throw Later($"{pod} cannot be read from the Kubernetes API: {e.Message}", Advice(e), e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Later($"{pod} cannot be read from the Kubernetes API: no answer within {Deadline.TotalSeconds} s", "check that the API server runs and that this node reaches it", e);
        }
    }

    private static string Advice(KubernetesException failure) => failure switch
    {
        { StatusCode: 401 } => "the token or certificate that this node shows is not valid any more",
        { IsForbidden: true } => "the role of this node's service account needs the verb get for pods and namespaces",
        { IsUnavailable: true } => "check that the API server runs and that this node reaches it",
        _ => "",
    };

    private static CniException Later(string message, string details, Exception? cause = null) =>
        new(CniErrorCode.TryAgainLater, message, details, cause);
}
