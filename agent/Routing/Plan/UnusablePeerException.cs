namespace Calico.Agent.Routing.Plan;

/// <summary>Why a BGPPeer gives no session.</summary>
internal sealed class UnusablePeerException(string message) : Exception(message);
