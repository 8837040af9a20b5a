namespace Calico.Agent.Routing.Control;

/// <summary>Says in words why a session is down, and what to look at.</summary>
internal static class SessionCause
{
    private static readonly (string Fragment, string Words)[] Known =
    [
        ("No route to host", "the peer's host cannot be reached: no route, or it does not answer ARP/ND"),
        ("Network is unreachable", "there is no route to the peer"),
        ("Connection refused", "the peer's host is there, but nothing listens on its BGP port: is BIRD running there?"),
        ("Connection timed out", "the peer does not answer: is its BGP port filtered?"),
        ("Connection reset", "the peer closed the connection: BIRD may have restarted there, or it does not know this node"),
        ("Connection closed", "the peer closed the connection: BIRD may have restarted there, or it does not know this node"),
        ("Bad peer AS", "the AS numbers differ from what the two ends expect"),
        ("Hold timer expired", "nothing was heard from the peer for the hold time: the path to it is broken"),
        ("Bad BGP identifier", "both ends have the same router id: set CALICO_ROUTER_ID"),
        ("Cannot assign requested address", "this node does not have the address it is registered with: check IP and IP_AUTODETECTION_METHOD"),
        ("Invalid source address", "this node does not have the address it is registered with: check IP and IP_AUTODETECTION_METHOD"),
        ("Administrative", "the peer's BIRD was stopped or its session switched off there"),
        ("Peer de-configured", "the peer does not have this node as a peer any more"),
    ];

    /// <param name="lastError">BIRD's own text, such as <c>Socket: Connection refused</c>; empty if there is none.</param>
    public static string InWords(string state, string lastError)
    {
        foreach (var (fragment, words) in Known)
        {
            if (lastError.Contains(fragment, StringComparison.OrdinalIgnoreCase))
            {
                return $"{words} ({lastError})";
            }
        }

        return lastError.Length > 0 ? lastError : state switch
        {
            "Passive" => "waiting for the peer to connect; of two nodes the one with the higher address dials",
            "Active" or "Idle" or "Connect" => "about to connect",
            "Down" => "switched off, or waiting for its device",
            _ => "being negotiated",
        };
    }
}
