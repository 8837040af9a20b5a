using System.Text.RegularExpressions;

namespace Calico.Agent.Host;

/// <summary>The MTU of pods: what every uplink can carry. Pure.</summary>
internal static class PodMtu
{
    private const int Ethernet = 1500;

    /// <summary>In bytes; that of Ethernet when no uplink is known by its name.</summary>
    public static int Of(IReadOnlyList<HostInterface> interfaces, string uplinkPattern) => interfaces
        .Where(device => device.IsUp && Regex.IsMatch(device.Name, uplinkPattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)))
        .Select(device => device.Mtu)
        .DefaultIfEmpty(Ethernet)
        .Min();
}
