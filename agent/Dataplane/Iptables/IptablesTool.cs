using System.Text.RegularExpressions;
using Calico.Agent.Dataplane.Tools;
using Calico.Linux;
using Calico.Model.Net;

namespace Calico.Agent.Dataplane.Iptables;

/// <summary>The programs of one back end and one family.</summary>
/// <param name="commits">Of the nft back end: a restore then returns once it is in force.</param>
internal sealed partial class IptablesTool(IptablesBackend backend, IpFamily family, ToolRunner run, CommitWatch? commits = null)
{
    // Before it, iptables-nft lost rules of concurrent writers.
    private static readonly Version Oldest = new(1, 8, 4);

    private readonly string _prefix = (family == IpFamily.IPv4 ? "iptables-" : "ip6tables-") + (backend == IptablesBackend.Nft ? "nft" : "legacy");

    // In force, but its program may not have ended.
    private Task<CommandResult>? _ending;

    public IptablesBackend Backend => backend;

    public IpFamily Family => family;

    /// <summary>Every table there is. Asking for one by name would make it: an empty table costs each packet something.</summary>
    /// <exception cref="IOException">The tool refused.</exception>
    public async Task<KernelTables> SaveAsync(CancellationToken cancellationToken)
    {
        var program = _prefix + "-save";
        var reader = new SavedTablesReader();
        var result = await run(program, [], null, line => reader.Read(line), cancellationToken);
        return result.Succeeded
            ? reader.Tables
            : throw new IOException($"{program} cannot read the tables (exit code {result.ExitCode}): {result.Message}");
    }

    /// <summary>Each table of the text in one transaction; what the text does not name stays.</summary>
    /// <exception cref="IOException">Another program holds the lock of the tables; or the restore before, that seemed done, failed at its end.</exception>
    public async Task<CommandResult> RestoreAsync(string text, CancellationToken cancellationToken)
    {
        var program = _prefix + "-restore";
        string[] arguments = ["--noflush", "-w", "10"];
        await EndLastAsync(program);
        if (commits is null)
        {
            return Judge(program, await run(program, arguments, text, null, cancellationToken));
        }

        var end = await commits.RunAsync(program, arguments, text, text.AsSpan().Count("\nCOMMIT\n"), cancellationToken);
        if (end.IsCompleted)
        {
            return Judge(program, await end);
        }

        _ending = end;
        return new CommandResult(0, "", "");
    }

    private async Task EndLastAsync(string program)
    {
        if (_ending is not { } last)
        {
            return;
        }

        _ending = null;
        if (await last is { Succeeded: false } result)
        {
            throw new IOException($"{program} had written, and then failed (exit code {result.ExitCode}): {result.Message}");
        }
    }

    private static CommandResult Judge(string program, CommandResult result) =>
        result.Errors.Contains("xtables lock", StringComparison.Ordinal)
            ? throw new IOException($"{program} waited for another program that holds the lock of the tables: {result.Message}")
            : result;

    /// <summary>The version of the program, which must be new enough.</summary>
    /// <exception cref="FileNotFoundException">It is not installed.</exception>
    /// <exception cref="IOException">It is too old, or does not run.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var result = await run(_prefix, ["--version"], null, null, cancellationToken);
        var match = VersionNumber().Match(result.Output);
        if (!result.Succeeded || !Version.TryParse(match.Groups[1].ValueSpan, out var version))
        {
            throw new IOException($"{_prefix} does not tell its version (exit code {result.ExitCode}): {result.Message}");
        }

        if (version < Oldest)
        {
            throw new IOException($"{_prefix} is version {version}, and {Oldest} or newer is needed: upgrade the host's iptables");
        }
    }

    public override string ToString() => _prefix;

    [GeneratedRegex(@"v([0-9]+\.[0-9]+(\.[0-9]+)?)")]
    private static partial Regex VersionNumber();
}
