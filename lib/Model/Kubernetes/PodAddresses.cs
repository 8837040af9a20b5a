using System.Collections.Immutable;
using Calico.Model.Net;

namespace Calico.Model.Kubernetes;

/// <summary>The addresses that the kubelet reported of a pod. Pure.</summary>
public static class PodAddresses
{
    /// <summary>In order and without repetition; none while the pod has no network yet. What is no address is left out.</summary>
    public static ImmutableArray<IpAddress> Of(PodStatus status)
    {
        var addresses = ImmutableArray.CreateBuilder<IpAddress>();
        foreach (var text in status.PodIPs.Select(address => address.Ip).Append(status.PodIP).Distinct())
        {
            if (IpAddress.TryParse(text, out var address))
            {
                addresses.Add(address);
            }
        }

        return addresses.ToImmutable();
    }
}
