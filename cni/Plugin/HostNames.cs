using Calico.Cni.Protocol;

namespace Calico.Cni.Plugin;

/// <summary>The host ends that a delegate's DEL or GC names: those whose endpoint it removed.</summary>
internal static class HostNames
{
    internal static IEnumerable<string> Of(CniResult? result)
    {
        foreach (var device in result?.Interfaces ?? [])
        {
            if (device.Sandbox.Length == 0)
            {
                yield return device.Name;
            }
        }
    }
}
