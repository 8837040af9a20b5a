using Calico.Model.Net;

namespace Calico.Agent.Routing.Plan;

/// <summary>Names in BIRD's language: letters, digits and underscores, at most 64 (the longest address gives 53).</summary>
internal static class SymbolName
{
    public static string Of(string kind, IpAddress address, int? port)
    {
        var text = address.ToString().Replace('.', '_').Replace(':', '_');
        return port is null ? $"{kind}_{text}" : $"{kind}_{text}_port_{port}";
    }
}
