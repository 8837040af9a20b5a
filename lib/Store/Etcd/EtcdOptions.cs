namespace Calico.Store.Etcd;

/// <summary>Where etcd is and how to speak to it.</summary>
public sealed record EtcdOptions
{
    /// <summary><c>http://</c> or <c>https://</c> URLs of the members; tried in order, the next one when one fails.</summary>
    public required IReadOnlyList<Uri> Endpoints { get; init; }

    /// <summary>PEM file of the authority that signed the servers' certificates; the only one trusted.</summary>
    public string? CaCertFile { get; init; }

    /// <summary>PEM file of the client's certificate (chain).</summary>
    public string? CertFile { get; init; }

    /// <summary>PEM file of the client's key.</summary>
    public string? KeyFile { get; init; }

    public string? UserName { get; init; }

    public string? Password { get; init; }

    /// <summary>How long one call may take, connecting and failing over included.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
