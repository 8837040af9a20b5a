namespace Calico.Agent.Routing.Control;

internal readonly record struct BirdLine(int Code, string Text);

/// <summary>BIRD's whole answer to one command. Codes: 0 action, 1 table entry, 2 heading, 8 run-time error, 9 syntax error, as first digit.</summary>
internal sealed record BirdReply(IReadOnlyList<BirdLine> Lines)
{
    public const int Ready = 1;
    public const int ProtocolListed = 1002;
    public const int ProtocolDetails = 1006;

    public int Code => Lines[^1].Code;

    public bool IsError => Lines.Any(line => line.Code >= 8000);

    public string Message => string.Join("; ", Lines.Where(line => line.Text.Length > 0).Select(line => line.Text.Trim()));
}
