namespace Calico.Store.Kubernetes;

/// <summary>On what condition an object is deleted. Empty text is no condition.</summary>
public sealed record DeleteOptions(string Uid = "", string ResourceVersion = "")
{
    public static DeleteOptions Always { get; } = new();
}
