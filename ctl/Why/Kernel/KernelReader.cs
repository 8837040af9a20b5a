using Calico.Linux;
using Calico.Model.Net;

namespace Calico.Ctl.Why.Kernel;

/// <summary>Reads the tables of this host.</summary>
internal static class KernelReader
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly string[] BackEnds = ["nft", "legacy"];

    /// <summary>The chains of the back end that the agent writes to; without any where none has run.</summary>
    /// <exception cref="CtlException">They cannot be read.</exception>
    public static async Task<CountedChains> ReadAsync(IpFamily family, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        foreach (var backEnd in BackEnds)
        {
            var (program, chains) = ($"{(family == IpFamily.IPv4 ? "iptables" : "ip6tables")}-{backEnd}-save", new CountedChains());
            try
            {
                // All tables: asking for one by name would make it.
                var result = await CommandRunner.RunByLineAsync(program, ["-c"], Deadline, chains.Read, cancellationToken);
                if (result.Succeeded && chains.Any)
                {
                    return chains;
                }

                problems.AddRange(result.Succeeded ? [] : [$"{program}: {result.Message}"]);
            }
            catch (Exception e) when (e is FileNotFoundException or TimeoutException)
            {
                problems.Add(e.Message);
            }
        }

        return problems.Count == 0 ? new CountedChains() : throw CtlException.Failed($"--counters: the kernel's rules cannot be read: {string.Join("; ", problems)}");
    }
}
