namespace Calico.Cni.Protocol;

/// <summary>The verbs of the CNI spec 1.1.0.</summary>
public enum CniCommand
{
    Add,
    Del,
    Check,
    Gc,
    Status,
    Version,
}
