using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Calico.Agent.Dataplane.Tools;

namespace Calico.Agent.Dataplane.IpSets;

/// <summary>The program <c>ipset</c>.</summary>
internal sealed partial class IpSetTool(ToolRunner run)
{
    private const string Program = "ipset";

    // What one process is given: some megabytes of text.
    private const int MaxLines = 50_000;

    /// <summary>Our sets, one after the other.</summary>
    /// <exception cref="IOException">The tool refused.</exception>
    public async Task SaveAsync(Action<KernelSet> onSet, CancellationToken cancellationToken)
    {
        var reader = new SavedSetsReader(onSet);
        var result = await run(Program, ["save"], null, line => reader.Read(line), cancellationToken);
        if (!result.Succeeded)
        {
            throw new IOException($"ipset cannot read the sets (exit code {result.ExitCode}): {result.Message}");
        }

        reader.End();
    }

    /// <summary>Runs commands of many sets in few processes. What is refused takes no other set with it.</summary>
    /// <returns>The sets whose commands were refused, and what the tool said.</returns>
    public async Task<IReadOnlyDictionary<string, string>> RestoreAsync(IEnumerable<IpSetCommands> commands, CancellationToken cancellationToken)
    {
        var refused = new Dictionary<string, string>();
        var lines = new List<(string Set, string Line)>();
        foreach (var group in commands)
        {
            foreach (var line in group.Lines)
            {
                if (refused.ContainsKey(group.Set))
                {
                    break;
                }

                lines.Add((group.Set, line));
                if (lines.Count == MaxLines)
                {
                    await RunAsync(lines, refused, cancellationToken);
                }
            }
        }

        await RunAsync(lines, refused, cancellationToken);
        return refused;
    }

    // The tool gathers commands before it sends them, so that after an error it is unknown how many of those before were run: all are run again.
    private async Task RunAsync(List<(string Set, string Line)> lines, Dictionary<string, string> refused, CancellationToken cancellationToken)
    {
        while (lines.Count > 0)
        {
            var text = new StringBuilder();
            lines.ForEach(line => text.Append(line.Line).Append('\n'));
            var result = await run(Program, ["restore"], text.ToString(), null, cancellationToken);
            if (result.Succeeded)
            {
                break;
            }

            var guilty = Guilty(lines, result.Message)
                ?? throw new IOException($"ipset cannot change the sets (exit code {result.ExitCode}): {result.Message}");
            refused[guilty] = result.Message;
            lines.RemoveAll(line => line.Set == guilty);
        }

        lines.Clear();
    }

    private static string? Guilty(List<(string Set, string Line)> lines, string message)
    {
        var match = LineNumber().Match(message);
        return match.Success && int.TryParse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var line) && line >= 1 && line <= lines.Count
            ? lines[line - 1].Set
            : null;
    }

    [GeneratedRegex("line ([0-9]+)")]
    private static partial Regex LineNumber();
}
