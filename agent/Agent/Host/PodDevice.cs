using Calico.Linux.Netlink;

namespace Calico.Agent.Host;

/// <summary>The host end of a pod's veth.</summary>
internal sealed record PodDevice(int Index, string Name, bool IsUp)
{
    public static IReadOnlyList<PodDevice> All(IReadOnlyList<string> prefixes)
    {
        using var kernel = RouteSocket.Open();
        return [.. kernel.Links()
            .Where(link => link.Kind == Link.Veth && prefixes.Any(prefix => link.Name.StartsWith(prefix, StringComparison.Ordinal)))
            .Select(link => new PodDevice(link.Index, link.Name, link.IsUp))];
    }
}
