using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Calico.Model.Net;

namespace Calico.Tests.Golden.Iptables;

/// <summary>The real iptables, in a network namespace that lives as long as it runs.</summary>
internal static partial class RuleTool
{
    public static readonly string[] Backends = ["legacy", "nft"];

    /// <summary>Loads the text into an empty kernel, with the sets it names, and says what the kernel then has.</summary>
    public static string RoundTrip(string backend, IpFamily family, string text)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Ignore("only root makes network namespaces");
        }

        var tool = $"{(family == IpFamily.IPv4 ? "iptables" : "ip6tables")}-{backend}";
        var script = new StringBuilder("set -e\n");
        foreach (var set in SetsOf(text))
        {
            script.AppendLine($"ipset create {set.Name} {set.Type} family {(family == IpFamily.IPv4 ? "inet" : "inet6")}");
        }

        script.AppendLine($"{tool}-restore --noflush <<'RULES'").Append(text).AppendLine("RULES").AppendLine($"{tool}-save");
        return Run(script.ToString());
    }

    /// <summary>Fails unless the kernel has every chain of the text, rule by rule as it is written.</summary>
    public static void ExpectUnchanged(string backend, IpFamily family, string text)
    {
        var kernel = RuleText.ByChain(RoundTrip(backend, family, text));
        var changed = from chain in RuleText.ByChain(text)
                      let printed = kernel.GetValueOrDefault(chain.Key) ?? ["no such chain"]
                      where !printed.SequenceEqual(chain.Value)
                      select $"{chain.Key}\n  written {string.Join("\n          ", chain.Value.Except(printed))}\n  printed {string.Join("\n          ", printed.Except(chain.Value))}";
        Assert.That(string.Join('\n', changed.Take(10)), Is.Empty, $"{backend} {family}");
    }

    private static IEnumerable<(string Name, string Type)> SetsOf(string text) =>
        SetMatch().Matches(text)
            .Select(match => (match.Groups[1].Value, match.Groups[2].Value.Contains(',') ? "hash:ip,port" : "hash:net"))
            .Distinct();

    private static string Run(string script)
    {
        using var process = Process.Start(new ProcessStartInfo("unshare", ["-n", "bash"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(script);
        process.StandardInput.Close();
        Assert.That(process.WaitForExit(TimeSpan.FromMinutes(1)), "the tool does not end");
        Assert.That(process.ExitCode, Is.Zero, error.Result);
        return output.Result;
    }

    [GeneratedRegex("--match-set (\\S+) (\\S+)")]
    private static partial Regex SetMatch();
}
