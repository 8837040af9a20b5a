using Calico.Linux;

namespace Calico.Agent.Dataplane.Tools;

/// <summary>The tools of the host we run on.</summary>
internal static class HostTools
{
    // A first load of 50,000 rules takes a second; whatever needs this long hangs.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static Task<CommandResult> RunAsync(
        string program, IReadOnlyList<string> arguments, string? input, Action<string>? onLine, CancellationToken cancellationToken) => onLine is null
        ? CommandRunner.RunAsync(program, arguments, Deadline, input, cancellationToken)
        : CommandRunner.RunByLineAsync(program, arguments, Deadline, onLine, cancellationToken);

    /// <param name="onStart">Gets the tool's process id.</param>
    public static Task<CommandResult> RunAsync(
        string program, IReadOnlyList<string> arguments, string input, Action<int> onStart, CancellationToken cancellationToken) =>
        CommandRunner.RunAsync(program, arguments, Deadline, input, onStart, cancellationToken);
}
