using System.Security.Cryptography;
using Calico.Tests.Rig.Network;

namespace Calico.Tests.Rig;

/// <summary>A container as a runtime hands it to a CNI plugin: a fresh namespace, a container id, and the pod it belongs to.</summary>
public sealed class Pod : IAsyncDisposable
{
    public const string Interface = "eth0";

    private Pod(string name, Host host, NetworkNamespace @namespace)
    {
        Name = name;
        Host = host;
        Namespace = @namespace;
    }

    public string Name { get; }

    public Host Host { get; }

    public NetworkNamespace Namespace { get; }

    /// <summary>64 hex digits, as containerd's.</summary>
    public string ContainerId { get; init; } = NewContainerId();

    /// <summary>CNI_ARGS. Empty: not a Kubernetes pod.</summary>
    public string Arguments { get; init; } = "";

    /// <summary>A container outside Kubernetes.</summary>
    public static async Task<Pod> CreateAsync(Host host, string name) =>
        new(name, host, await NetworkNamespace.CreateAsync(name));

    /// <summary>A pod of Kubernetes, in the namespace <paramref name="kubernetesNamespace"/>.</summary>
    public static async Task<Pod> CreateKubernetesAsync(Host host, string name, string kubernetesNamespace = "default") =>
        new(name, host, await NetworkNamespace.CreateAsync(name))
        {
            Arguments = $"IgnoreUnknown=1;K8S_POD_NAMESPACE={kubernetesNamespace};K8S_POD_NAME={name}",
        };

    /// <summary>Another container in the same namespace; a fresh id unless one is given.</summary>
    public Pod WithNewContainer(string? containerId = null) =>
        new(Name, Host, Namespace) { Arguments = Arguments, ContainerId = containerId ?? NewContainerId() };

    public override string ToString() => Name;

    public ValueTask DisposeAsync() => Namespace.DisposeAsync();

    private static string NewContainerId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
}
