namespace Calico.Store.Kubernetes;

/// <summary>The resource version asked for is no longer kept (410): list again and watch from there.</summary>
public sealed class KubernetesGoneException : KubernetesException
{
    public KubernetesGoneException()
    {
    }

    public KubernetesGoneException(string message)
        : base(message)
    {
    }

    public KubernetesGoneException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
