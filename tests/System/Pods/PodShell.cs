using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Calico.Tests.System.Pods;

/// <summary>
/// A shell in a pod that outlives single questions: an exec a question would cost more than what is measured. It answers
/// with the time at which a thing became so, by the machine's clock, which pods and tests of one machine share.
/// </summary>
internal sealed class PodShell : IAsyncDisposable
{
    // A connection that is refused got through as well. 7: refused; 28: no answer in time.
    private const string Script = """
        probe() { curl -sgo /dev/null --connect-timeout 0.03 --max-time 1 "http://$1/"; }
        until_open() { while :; do probe "$2"; case $? in 0|7|52|56) break ;; esac; done; echo "$1 $EPOCHREALTIME"; }
        until_closed() { while probe "$2"; do :; done; echo "$1 $EPOCHREALTIME"; }
        while read -r verb tag at; do "until_$verb" "$tag" "$at" & done
        """;

    private readonly Process _process;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<DateTimeOffset>> _asked = [];

    private PodShell(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, line) => Answer(line.Data);
        _process.BeginOutputReadLine();
    }

    public static PodShell Open(TestNamespace ns, string pod)
    {
        var command = ns.Cluster.Kubectl.For("exec", "--stdin", "--namespace", ns.Name, pod, "--", "bash", "-c", Script);
        var start = new ProcessStartInfo(command.File, command.Arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        return new PodShell(Process.Start(start)!);
    }

    /// <summary>When the address first answered, or refused.</summary>
    public Task<DateTimeOffset> UntilOpenAsync(string at) => AskAsync("open", at);

    /// <summary>When the address first answered no more.</summary>
    public Task<DateTimeOffset> UntilClosedAsync(string at) => AskAsync("closed", at);

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<DateTimeOffset> AskAsync(string verb, string at)
    {
        var tag = Guid.NewGuid().ToString("N");
        var answer = _asked.GetOrAdd(tag, _ => new TaskCompletionSource<DateTimeOffset>(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_process)
        {
            _process.StandardInput.WriteLine($"{verb} {tag} {at}");
            _process.StandardInput.Flush();
        }

        return await answer.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    private void Answer(string? line)
    {
        if (line?.Split(' ') is [var tag, var time] && _asked.TryRemove(tag, out var asked))
        {
            asked.SetResult(DateTimeOffset.UnixEpoch.AddSeconds(double.Parse(time, CultureInfo.InvariantCulture)));
        }
    }
}
