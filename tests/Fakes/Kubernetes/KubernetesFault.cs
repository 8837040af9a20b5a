namespace Calico.Tests.Fakes.Kubernetes;

/// <summary>What goes wrong with a request.</summary>
public abstract record KubernetesFault
{
    /// <summary>The connection ends before the request is handled.</summary>
    public sealed record DropRequest : KubernetesFault;

    /// <summary>The request is handled, and the connection ends before the answer.</summary>
    public sealed record DropAnswer : KubernetesFault;

    /// <summary>The request is handled, and the connection ends in the middle of the answer.</summary>
    public sealed record CutAnswer : KubernetesFault;

    /// <summary>The request is handled after a while.</summary>
    public sealed record Delay(TimeSpan Time) : KubernetesFault;

    /// <summary>The request is answered by an error instead.</summary>
    public sealed record Refuse(int Code, string Reason = "", int RetryAfterSeconds = 0) : KubernetesFault;
}
