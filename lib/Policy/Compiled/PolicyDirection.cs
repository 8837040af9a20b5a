namespace Calico.Policy.Compiled;

/// <summary>Seen from the endpoint: ingress is towards it.</summary>
public enum PolicyDirection
{
    Ingress,
    Egress,
}
