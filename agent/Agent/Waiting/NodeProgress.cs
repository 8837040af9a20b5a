using Calico.Agent.Dataplane;

namespace Calico.Agent.Waiting;

/// <summary>How far this node is.</summary>
/// <param name="Dataplane">Null when this node enforces no policy.</param>
/// <param name="ObjectProblems">Stored objects that are wrong, one line each that begins with the object.</param>
internal sealed record NodeProgress(DataplaneStatus? Dataplane, IReadOnlyList<string> ObjectProblems);
