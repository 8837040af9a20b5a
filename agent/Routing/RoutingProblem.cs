namespace Calico.Agent.Routing;

/// <summary>An object that is left out of routing, wholly or in part, and why. The rest is routed.</summary>
/// <param name="Subject">Kind and name, such as <c>BGPPeer rack-1</c>.</param>
public sealed record RoutingProblem(string Subject, string Message)
{
    public override string ToString() => $"{Subject}: {Message}";
}
