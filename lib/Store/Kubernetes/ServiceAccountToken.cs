namespace Calico.Store.Kubernetes;

/// <summary>A token of a service account. Its text form never holds the token.</summary>
public sealed record ServiceAccountToken(string Token, DateTimeOffset ExpiresAt)
{
    public override string ToString() => $"token that expires at {ExpiresAt:O}";
}
