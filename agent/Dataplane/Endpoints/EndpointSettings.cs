using Calico.Linux;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Dataplane.Endpoints;

/// <summary>The kernel settings of the host end of a pod, the same that the plugin sets at ADD: put right when someone changed them.</summary>
public sealed class EndpointSettings(ILogger log)
{
    private static readonly (string Path, string Value)[] Settings4 =
    [
        ("net/ipv4/conf/{0}/route_localnet", "1"),
        ("net/ipv4/conf/{0}/proxy_arp", "1"),
        ("net/ipv4/conf/{0}/forwarding", "1"),
        ("net/ipv4/neigh/{0}/proxy_delay", "0"),
    ];

    // Forwarding last: it drops what router advertisements had set.
    private static readonly (string Path, string Value)[] Settings6 =
    [
        ("net/ipv6/conf/{0}/disable_ipv6", "0"),
        ("net/ipv6/conf/{0}/accept_dad", "0"),
        ("net/ipv6/conf/{0}/accept_ra", "0"),
        ("net/ipv6/conf/{0}/proxy_ndp", "1"),
        ("net/ipv6/conf/{0}/forwarding", "1"),
    ];

    private readonly HashSet<string> _refused = [];

    /// <summary>Writes what differs, in the calling thread's namespace.</summary>
    /// <param name="withIPv6">The endpoint has an IPv6 address.</param>
    public void Apply(string device, bool withIPv6)
    {
        foreach (var (path, value) in withIPv6 ? Settings4.Concat(Settings6) : Settings4)
        {
            Write(string.Format(System.Globalization.CultureInfo.InvariantCulture, path, device), value, device);
        }
    }

    /// <summary>The kernel has IPv6 on at the device, as the plugin leaves it for an endpoint with an IPv6 address.</summary>
    public static bool HasIPv6(string device) => Sysctl.Read($"net/ipv6/conf/{device}/disable_ipv6") == "0";

    private void Write(string path, string value, string device)
    {
        try
        {
            if (Sysctl.Read(path) is not { } actual || actual == value)
            {
                return; // as it should be, or the kernel has no such family, or the device went away meanwhile
            }

            Sysctl.Write(path, value);
            EndpointLog.SettingRepaired(log, path, actual, value);
            _refused.Remove(path);
        }
        catch (FileNotFoundException)
        {
            // The device went away meanwhile.
        }
        catch (IOException e)
        {
            if (_refused.Add(path))
            {
                EndpointLog.SettingRefused(log, device, path, value, e.Message);
            }
        }
    }
}
