using Calico.Model.Net;
using Calico.Model.Policy;

namespace Calico.Policy.Compiled;

/// <summary>The addresses that selectors mean when they select a host endpoint.</summary>
public static class HostEndpointAddresses
{
    /// <summary>Those it expects: only its own node knows the ones of its interfaces. One that does not parse is left out.</summary>
    public static IEnumerable<IpAddress> Of(HostEndpointSpec host)
    {
        ArgumentNullException.ThrowIfNull(host);
        foreach (var text in host.ExpectedIPs ?? [])
        {
            if (IpAddress.TryParse(text, out var address))
            {
                yield return address;
            }
        }
    }
}
