using System.Globalization;
using Calico.Model.Net;

namespace Calico.Agent.Routing.Plan;

/// <summary>Where a peer listens: <c>address</c>, <c>address:port</c> or <c>[address]:port</c>.</summary>
internal readonly record struct PeerAddress(IpAddress Address, int? Port)
{
    public static bool TryParse(string text, out PeerAddress result)
    {
        result = default;
        if (IpAddress.TryParse(text, out var plain))
        {
            result = new PeerAddress(plain, null);
            return true;
        }

        var colon = text.LastIndexOf(':');
        if (colon < 0
            || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port is < 1 or > 65535)
        {
            return false;
        }

        var host = text[..colon];
        var bracketed = host is ['[', .., ']'];
        if (!IpAddress.TryParse(bracketed ? host[1..^1] : host, out var address) || bracketed != (address.Family == IpFamily.IPv6))
        {
            return false;
        }

        result = new PeerAddress(address, port);
        return true;
    }
}
