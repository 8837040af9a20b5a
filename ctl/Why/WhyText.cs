using Calico.Ctl.Output;
using Calico.Model.Net;

namespace Calico.Ctl.Why;

/// <summary>An answer for people, in lines of 80 columns where words allow it. Pure.</summary>
internal static class WhyText
{
    private const string Indent = "  ";

    public static string Of(WhyAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var lines = new List<string>();
        lines.AddRange(Paragraph.Lines("", $"{(answer.Allowed ? "ALLOWED" : answer.Flows.Any(flow => flow.Allowed) ? "DENIED in part" : "DENIED")}: from {answer.Source} to {answer.Destination}"));
        string? before = null;
        foreach (var flow in answer.Flows)
        {
            lines.Add("");
            lines.Add($"{Family(flow)} {ProtocolWords.Of(flow.Packet)}: {(flow.Allowed ? "allowed" : "DENIED")}");
            var why = string.Join('\n', Why(flow));
            lines.AddRange(why == before ? [$"{Indent}as above"] : why.Split('\n'));
            lines.AddRange(Route(flow, isShort: why == before));
            before = why;
        }

        if (!answer.Notes.IsEmpty)
        {
            lines.AddRange(["", "Look at this, too:", .. answer.Notes.SelectMany(note => Paragraph.Lines($"{Indent}! ", note))]);
        }

        return string.Join('\n', lines.Select(line => line.TrimEnd())) + "\n";
    }

    private static string Family(FlowAnswer flow) => flow.Packet.Family == IpFamily.IPv4 ? "IPv4" : "IPv6";

    private static IEnumerable<string> Why(FlowAnswer flow)
    {
        if (flow.Stops.IsEmpty)
        {
            yield return $"{Indent}no endpoint with policy is on its way: neither end is a pod, and no host endpoint is for them";
        }

        foreach (var stop in flow.Stops)
        {
            yield return $"{Indent}{flow.Stops.IndexOf(stop) + 1}. {stop.Who}: {(stop.Verdict.Allowed ? "allowed" : "DENIED")}";
            foreach (var line in stop.Lines.SelectMany(line => Paragraph.Lines("     - ", line)))
            {
                yield return line;
            }
        }

        foreach (var line in flow.Advice.SelectMany((line, index) => line.StartsWith(' ') ? [$"     {line}"] : Paragraph.Lines(index == 0 ? $"{Indent}=> " : "     ", line)))
        {
            yield return line;
        }
    }

    private static IEnumerable<string> Route(FlowAnswer flow, bool isShort) =>
        flow.Route.Lines.Take(isShort ? 1 : int.MaxValue).SelectMany((line, index) => Paragraph.Lines(index == 0 ? $"{Indent}route: " : "         ", line));
}
