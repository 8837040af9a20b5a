namespace Calico.Agent.Routing;

/// <summary>A BGP session as BIRD reports it.</summary>
/// <param name="Name">The name of BIRD's protocol, such as <c>Mesh_172_18_0_2</c>.</param>
/// <param name="State">Idle, Connect, Active, Passive, OpenSent, OpenConfirm, Established, Close or Down.</param>
/// <param name="Since">When the state began, as BIRD writes times.</param>
/// <param name="Cause">Why the session is down, in words; empty when it is up.</param>
public sealed record SessionStatus(
    string Name, string Origin, string PeerAddress, string PeerAs, string State, string Since, string Cause, int Imported, int Exported)
{
    public bool IsEstablished => State == "Established";
}
