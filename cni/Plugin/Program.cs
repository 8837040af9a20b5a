using Calico.Cni.Protocol;
using Calico.Linux;

namespace Calico.Cni.Plugin;

/// <summary>The program <c>calico</c>: hands only. It asks the agent (or calico-ipam) for addresses and wires the pod by netlink.</summary>
internal static class Program
{
    private static void Main(string[] arguments)
    {
        var host = new CniHost("calico", call => PluginCall.Run(call, CniProcess.Environment()));

        // Nothing is left to flush or to finalize: the runtime's own farewell would only keep the caller waiting.
        CurrentProcess.Exit(CniProcess.Run(host, arguments));
    }
}
