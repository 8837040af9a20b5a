using Calico.Linux;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Host;

/// <summary>The kernel settings that routing to pods needs.</summary>
internal sealed class HostSettings(bool withIPv6, ILogger log)
{
    /// <summary>The host forwards packets.</summary>
    /// <param name="prior">Keeps what the host had before.</param>
    public void EnableForwarding(PriorSettings prior)
    {
        EnableForwarding("net/ipv4/ip_forward", prior);
        if (withIPv6)
        {
            EnableForwarding("net/ipv6/conf/all/forwarding", prior);
        }
    }

    /// <summary>What the plugin sets on the host end of a pod, again: someone may have changed it while no agent ran.</summary>
    public void ApplyToPodDevice(string device)
    {
        var v4 = $"net/ipv4/conf/{device}/";
        Write(v4 + "route_localnet", "1");
        Write(v4 + "proxy_arp", "1");
        Write(v4 + "forwarding", "1");
        Write($"net/ipv4/neigh/{device}/proxy_delay", "0");
        var v6 = $"net/ipv6/conf/{device}/";
        if (withIPv6 && Sysctl.Read(v6 + "disable_ipv6") == "0")
        {
            Write(v6 + "proxy_ndp", "1");
            Write(v6 + "forwarding", "1");
            Write(v6 + "accept_ra", "0");
        }
    }

    private void EnableForwarding(string path, PriorSettings prior)
    {
        if (Sysctl.Read(path) is { } before and not "1")
        {
            prior.Remember(path, before);
            Write(path, "1");
        }
    }

    private void Write(string path, string value)
    {
        try
        {
            if (Sysctl.Read(path) != value)
            {
                Sysctl.Write(path, value);
            }
        }
        catch (FileNotFoundException)
        {
            // The kernel has no such family, or the device went away meanwhile.
        }
        catch (IOException e)
        {
            AgentLog.SettingRefused(log, path, value, e.Message);
        }
    }
}
