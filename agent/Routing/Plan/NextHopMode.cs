namespace Calico.Agent.Routing.Plan;

/// <summary>Which next hop a session announces.</summary>
internal enum NextHopMode
{
    /// <summary>BGP's own rule (RFC 4271 section 5.1.3).</summary>
    Auto,
    Self,
    Keep,
}
