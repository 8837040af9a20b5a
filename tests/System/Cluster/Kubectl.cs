using System.Text.Json.Nodes;
using Calico.Tests.Rig.Processes;

namespace Calico.Tests.System.Cluster;

/// <summary>kubectl, as a user runs it.</summary>
internal sealed class Kubectl(string kubeconfig)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);
    private static readonly string Program = FindProgram();

    /// <summary>What it printed; fails with what it said.</summary>
    public async Task<string> RunAsync(params string[] arguments) => (await TryAsync(arguments)).OrThrow().Stdout;

    public Task<CommandOutcome> TryAsync(params string[] arguments) => For(arguments).RunAsync();

    /// <summary>With a deadline of its own, for what is known to take long.</summary>
    public async Task<string> RunAsync(TimeSpan deadline, params string[] arguments) =>
        (await (For(arguments) with { Deadline = deadline }).RunAsync()).OrThrow().Stdout;

    public async Task ApplyAsync(JsonNode manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        await (For("apply", "-f", "-") with { Stdin = manifest.ToJsonString() }).OutputAsync();
    }

    /// <summary>Objects of a kind, as JSON; all namespaces with <paramref name="ns"/> null.</summary>
    public async Task<IReadOnlyList<JsonObject>> ListAsync(string kind, string? ns = null, string? selector = null)
    {
        string[] scope = ns is null ? ["--all-namespaces"] : ["--namespace", ns];
        string[] select = selector is null ? [] : ["--selector", selector];
        var list = JsonNode.Parse(await RunAsync(["get", kind, "--output", "json", .. scope, .. select]))!;
        return [.. list["items"]!.AsArray().Select(item => item!.AsObject())];
    }

    /// <summary>A kubectl that runs until it is disposed of (port-forward, logs -f).</summary>
    public Daemon Start(params string[] arguments) => Daemon.Start(For(arguments));

    /// <summary>The command itself, for who wants to talk to its standard input.</summary>
    public Command For(params string[] arguments) => new(Program, [$"--kubeconfig={kubeconfig}", .. arguments]) { Deadline = Deadline };

    // The cluster's own, where it has one: the machine's may be years apart from it.
    private static string FindProgram() =>
        ClusterSource.Binaries is { } binaries && Path.Combine(binaries, "kubectl") is var path && File.Exists(path) ? path : "kubectl";
}
