using System.Text;
using Calico.Cni.Protocol;
using Calico.Model.Net;

namespace Calico.Tests.Unit.CniPlugin;

/// <summary>Calls as a runtime makes them.</summary>
internal static class Calls
{
    public const string Container = "0123456789abcdef0123";
    public const string NetNs = "/var/run/netns/pod";
    public const string HostName = "cali0123456789a";
    public const string Mark = $"net/{Container}/eth0";

    public static CniResult Granted { get; } = new()
    {
        Interfaces = [new CniInterface("cali0123456789a", "ee:ee:ee:ee:ee:ee"), new CniInterface("eth0", "02:00:00:00:00:07")],
        Ips = [new CniIp(InterfaceAddress.Parse("10.65.0.7/32"), null, 1), new CniIp(InterfaceAddress.Parse("fd00::7/128"), null, 1)],
    };

    /// <param name="more">Further members of the conf, each with a comma before it.</param>
    public static CniCall Make(CniCommand command, string more = "", string args = "")
    {
        var conf = Encoding.UTF8.GetBytes($$"""{"cniVersion":"1.1.0","name":"net","type":"calico","log_file_path":""{{more}}}""");
        var request = new PluginRequest(command, Container, NetNs, "eth0", args, "/opt/cni/bin", conf);
        return new CniCall(request, NetConf.Parse(conf), CniArguments.Parse(args));
    }
}
