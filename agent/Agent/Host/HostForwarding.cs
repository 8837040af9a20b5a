using Calico.Linux;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Host;

/// <summary>The host forwards packets: between pods, and to and from other hosts.</summary>
internal static class HostForwarding
{
    /// <param name="prior">Keeps what the host had before.</param>
    public static void Enable(bool withIPv6, PriorSettings prior, ILogger log)
    {
        Enable("net/ipv4/ip_forward", prior, log);
        if (withIPv6)
        {
            Enable("net/ipv6/conf/all/forwarding", prior, log);
        }
    }

    private static void Enable(string path, PriorSettings prior, ILogger log)
    {
        try
        {
            if (Sysctl.Read(path) is { } before and not "1")
            {
                prior.Remember(path, before);
                Sysctl.Write(path, "1");
            }
        }
        catch (FileNotFoundException)
        {
            // The kernel has no such family.
        }
        catch (IOException e)
        {
            AgentLog.SettingRefused(log, path, "1", e.Message);
        }
    }
}
