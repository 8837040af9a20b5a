namespace Calico.Agent.Dataplane;

public enum FilterAllowAction
{
    Accept,
    Return,
}
