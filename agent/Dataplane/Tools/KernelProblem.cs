namespace Calico.Agent.Dataplane.Tools;

/// <summary>Something the kernel would not take. It keeps what it had before, or is closed; the rest is programmed, and this is tried again.</summary>
/// <param name="Subject">Such as <c>chain cali-pi-x of table filter (IPv4)</c>.</param>
internal sealed record KernelProblem(string Subject, string Message)
{
    public override string ToString() => $"{Subject}: {Message}";
}
