namespace Calico.Controller.Ipam;

/// <summary>Since when, and how often, the same thing has looked left over.</summary>
internal sealed record Observation(string Fingerprint, DateTimeOffset First, int Count);
