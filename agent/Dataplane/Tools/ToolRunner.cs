using Calico.Linux;

namespace Calico.Agent.Dataplane.Tools;

/// <summary>Runs a tool of the host to its end.</summary>
/// <param name="program">Such as <c>ipset</c>, looked up in the path.</param>
/// <param name="input">What it reads, if anything.</param>
/// <param name="onLine">Gets the lines it writes, which are then not in the result; null: they are.</param>
/// <exception cref="FileNotFoundException">It is not installed.</exception>
/// <exception cref="TimeoutException">It did not end in time and was killed.</exception>
internal delegate Task<CommandResult> ToolRunner(
    string program, IReadOnlyList<string> arguments, string? input, Action<string>? onLine, CancellationToken cancellationToken);
