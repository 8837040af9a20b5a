using System.Text.RegularExpressions;
using Calico.Agent.Dataplane.Tools;
using Calico.Linux;
using Calico.Model.Net;

namespace Calico.Agent.Dataplane.Iptables;

/// <summary>The programs of one back end and one family.</summary>
internal sealed partial class IptablesTool(IptablesBackend backend, IpFamily family, ToolRunner run)
{
    // Before it, iptables-nft lost rules of concurrent writers.
    private static readonly Version Oldest = new(1, 8, 4);

    private readonly string _prefix = (family == IpFamily.IPv4 ? "iptables-" : "ip6tables-") + (backend == IptablesBackend.Nft ? "nft" : "legacy");

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
    /// <exception cref="IOException">Another program holds the lock of the tables.</exception>
    public async Task<CommandResult> RestoreAsync(string text, CancellationToken cancellationToken)
    {
        var program = _prefix + "-restore";
        var result = await run(program, ["--noflush", "-w", "10"], text, null, cancellationToken);
        return result.Errors.Contains("xtables lock", StringComparison.Ordinal)
            ? throw new IOException($"{program} waited for another program that holds the lock of the tables: {result.Message}")
            : result;
    }

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
