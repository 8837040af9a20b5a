namespace Calico.Agent.Dataplane;

public enum EndpointToHostAction
{
    Drop,
    Accept,

    /// <summary>The host's own rules decide.</summary>
    Return,
}
