namespace Calico.Cni.Protocol;

/// <summary>The levels of the conf's <c>log_level</c>, quietest last.</summary>
public enum CniLogLevel
{
    Debug,
    Info,
    Warning,
    Error,
}
