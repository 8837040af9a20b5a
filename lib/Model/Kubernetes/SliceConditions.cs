namespace Calico.Model.Kubernetes;

/// <summary>Null is unknown, which a consumer takes for ready and serving, and for not terminating.</summary>
public sealed record SliceConditions
{
    public bool? Ready { get; init; }

    public bool? Serving { get; init; }

    public bool? Terminating { get; init; }
}
