using Calico.Tests.Rig.Processes;

namespace Calico.Tests.System.Pods;

/// <summary>Asks over HTTP from inside a pod.</summary>
internal sealed class Prober(TestNamespace ns, string pod)
{
    /// <summary>What the URL answers, or null when it does not within the time.</summary>
    public async Task<string?> GetAsync(string url, int seconds = 3)
    {
        var outcome = await ns.ExecAsync(pod, "curl", "--silent", "--fail", "--globoff", "--max-time", $"{seconds}", $"http://{url}");
        return outcome.Succeeded ? outcome.Stdout.Trim() : null;
    }

    /// <summary>Waits until the URL answers; fails with the URL when it never does.</summary>
    public Task UntilAnsweredAsync(string url, TimeSpan deadline) =>
        Wait.UntilAsync(async () => await GetAsync(url, 1) is not null, deadline, () => $"{url} to answer {ns.Name}/{pod}");
}
