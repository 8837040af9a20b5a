using Calico.Agent.Dataplane.Tools;
using Calico.Linux;
using Calico.Tests.Rig.Network;

namespace Calico.Tests.Netns.Dataplane.Drivers;

/// <summary>The real tools, run in a namespace of the test's, and counted.</summary>
internal sealed class NamespaceTools(NetworkNamespace where)
{
    public List<(string Program, string? Input)> Runs { get; } = [];

    public IEnumerable<string?> Restores => Runs.Where(run => run.Program.EndsWith("restore", StringComparison.Ordinal)).Select(run => run.Input);

    public Task<CommandResult> RunAsync(
        string program, IReadOnlyList<string> arguments, string? input, Action<string>? onLine, CancellationToken cancellationToken)
    {
        lock (Runs)
        {
            Runs.Add((arguments is ["restore"] ? "ipset restore" : program, input));
        }

        return HostTools.RunAsync("/usr/bin/nsenter", [$"--net={where.Path}", "--", program, .. arguments], input, onLine, cancellationToken);
    }

    /// <summary>What a tool prints; without counters and dates.</summary>
    public async Task<string> PrintAsync(string program, params IReadOnlyList<string> arguments)
    {
        var lines = (await where.RunAsync(program, arguments)).OrThrow().Stdout.Split('\n');
        return string.Join('\n', lines.Where(line => !line.StartsWith('#')));
    }

    public async Task DoAsync(string command) => (await where.RunAsync("sh", "-c", command)).OrThrow();
}
