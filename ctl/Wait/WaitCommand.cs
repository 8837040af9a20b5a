using System.CommandLine;
using System.Globalization;
using Calico.Ctl.Commands;
using Calico.Model;
using Calico.Store;

namespace Calico.Ctl.Wait;

/// <summary><c>calicoctl wait</c>.</summary>
internal static class WaitCommand
{
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromHours(1);
    private static readonly TimeSpan ProgressPause = TimeSpan.FromSeconds(1);

    public static Command Create(CommandHost host)
    {
        var target = new Argument<string?>("object") { Description = "KIND/NAME or KIND/NAMESPACE/NAME; everything that is stored if it is not said", HelpName = "KIND/NAME", Arity = ArgumentArity.ZeroOrOne };
        var inNamespace = ResourceOptions.Namespace();
        var timeout = new Option<string>("--timeout") { Description = "such as 500ms, 30s, 2m, up to 1h", HelpName = "time", DefaultValueFactory = _ => "30s" };
        var deleted = new Option<bool>("--deleted") { Description = "the object is gone, and every node shall know it" };
        var command = new Command("wait", "Waits until every node's kernel has an object as it is stored now") { target, inNamespace, timeout, deleted };
        host.OnStore(command, (parsed, store, cancellationToken) =>
            RunAsync(host, store, parsed.GetValue(target), parsed.GetValue(inNamespace) ?? "default", parsed.GetValue(deleted), Duration(parsed.GetValue(timeout)!), cancellationToken));
        return command;
    }

    /// <summary>A duration; a number alone is seconds.</summary>
    /// <exception cref="CtlException">It is none, or out of range.</exception>
    public static TimeSpan Duration(string text)
    {
        var withUnit = text.Length > 0 && char.IsAsciiDigit(text[^1]) ? $"{text}s" : text;
        return GoDuration.TryParse(withUnit, out var time) && time > TimeSpan.Zero && time <= LongestTimeout
            ? time
            : throw CtlException.Usage($"--timeout: '{text}' is not a time such as 500ms, 30s or 2m, up to 1h");
    }

    private static async Task<int> RunAsync(
        CommandHost host, IKeyValueStore store, string? text, string @namespace, bool isDeleted, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var time = host.Context.Time;
        var target = await WaitTarget.FindAsync(store, text, @namespace, isDeleted, cancellationToken);
        var wait = new NodeWait(store, time);
        var nodes = await wait.NodesAsync(cancellationToken);
        if (nodes.Count == 0)
        {
            throw CtlException.Failed("the datastore has no node: no agent has ever run here");
        }

        var started = time.GetTimestamp();
        var state = new WaitState(nodes);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var showing = ShowAsync(host, state, ended.Token);
        await wait.AskAsync(target, state, timeout, cancellationToken);
        await ended.CancelAsync();
        await showing;
        return await EndAsync(host, target, text, state, time.GetElapsedTime(started));
    }

    private static async Task ShowAsync(CommandHost host, WaitState state, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(ProgressPause, host.Context.Time);
        for (var before = ""; await NextAsync(timer, cancellationToken);)
        {
            if (state.Progress() is var now && now != before)
            {
                await host.Context.Error.WriteLineAsync(before = now);
            }
        }
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task<int> EndAsync(CommandHost host, WaitTarget target, string? text, WaitState state, TimeSpan elapsed)
    {
        var what = target.Subject ?? text ?? "everything that is stored";
        if (state.IsComplete)
        {
            foreach (var warning in state.Warnings())
            {
                await host.WarnAsync(warning);
            }

            await host.Context.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{what}: programmed on {state.Count} {(state.Count == 1 ? "node" : "nodes")} (revision {target.Revision}, {elapsed.TotalSeconds:F1} s)"));
            return ExitCode.Success;
        }

        await host.ErrorAsync(string.Create(CultureInfo.InvariantCulture, $"{what} (revision {target.Revision}) is programmed on {state.Done} of {state.Count} nodes after {elapsed.TotalSeconds:F1} s"));
        foreach (var missing in state.Missing())
        {
            await host.Context.Error.WriteLineAsync($"  {missing}");
        }

        return ExitCode.TimedOut;
    }
}
