namespace Calico.Hosting;

/// <summary>What a probe is told: 200 or 503, and why.</summary>
/// <param name="Body">Text, without a line end.</param>
public sealed record ProbeReply(bool IsGood, string Body)
{
    public string ContentType { get; init; } = "text/plain; charset=utf-8";

    /// <summary>Alive for as long as it answers.</summary>
    public static ProbeReply Alive { get; } = new(true, "alive");

    /// <param name="whyNot">Null when ready.</param>
    public static ProbeReply Ready(string? whyNot) => new(whyNot is null, whyNot ?? "ready");
}
