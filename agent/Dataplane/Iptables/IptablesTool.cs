using Calico.Agent.Dataplane.Tools;
using Calico.Linux;
using Calico.Model.Net;

namespace Calico.Agent.Dataplane.Iptables;

/// <summary>The programs of one back end and one family.</summary>
internal sealed class IptablesTool(IptablesBackend backend, IpFamily family, ToolRunner run)
{
    private readonly string _prefix = (family == IpFamily.IPv4 ? "iptables-" : "ip6tables-") + (backend == IptablesBackend.Nft ? "nft" : "legacy");

    public IptablesBackend Backend => backend;

    public IpFamily Family => family;

    /// <summary>Every table there is. Asking for one by name would make it: an empty table costs each packet something.</summary>
    /// <exception cref="IOException">The tool refused.</exception>
    public async Task<KernelTables> SaveAsync(CancellationToken cancellationToken)
    {
        var program = _prefix + "-save";
        var result = await run(program, [], null, cancellationToken);
        return result.Succeeded
            ? SaveParser.Parse(result.Output)
            : throw new IOException($"{program} cannot read the tables (exit code {result.ExitCode}): {result.Message}");
    }

    /// <summary>Each table of the text in one transaction; what the text does not name stays.</summary>
    /// <exception cref="IOException">Another program holds the lock of the tables.</exception>
    public async Task<CommandResult> RestoreAsync(string text, CancellationToken cancellationToken)
    {
        var program = _prefix + "-restore";
        var result = await run(program, ["--noflush", "-w", "10"], text, cancellationToken);
        return result.Errors.Contains("xtables lock", StringComparison.Ordinal)
            ? throw new IOException($"{program} waited for another program that holds the lock of the tables: {result.Message}")
            : result;
    }

    public override string ToString() => _prefix;
}
