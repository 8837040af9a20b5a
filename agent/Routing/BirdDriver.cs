using Calico.Agent.Routing.Control;
using Calico.Linux;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Routing;

/// <summary>
/// Brings a configuration into the running BIRD: written beside the old one, judged by BIRD's own parser, renamed over it, loaded.
/// A text that BIRD refuses changes nothing.
/// </summary>
public sealed class BirdDriver(BirdPaths paths, ILogger log) : IDisposable
{
    private static readonly TimeSpan CheckDeadline = TimeSpan.FromSeconds(20);

    // Held from a file's rename until BIRD has read it, and while BIRD starts: a start in between would read one and never load the other.
    private readonly SemaphoreSlim _gate = new(1, 1);
    private string? _refused;

    public BirdPaths Paths => paths;

    /// <summary>Whether there is a configuration to start BIRD with, ours or the one before our start.</summary>
    public bool HasConfiguration => File.Exists(paths.ConfigFile);

    /// <summary>Makes a text the configuration. Does nothing when it already is. False when BIRD refuses it; the reason is logged.</summary>
    public async Task<bool> ApplyAsync(string text, CancellationToken cancellationToken)
    {
        if (text == _refused)
        {
            return false;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (HasConfiguration && await File.ReadAllTextAsync(paths.ConfigFile, cancellationToken) == text)
            {
                return true;
            }

            var candidate = paths.ConfigFile + ".new";
            await File.WriteAllTextAsync(candidate, text, cancellationToken);
            var check = await CommandRunner.RunAsync(paths.Binary, ["-p", "-c", candidate], CheckDeadline, null, cancellationToken);
            if (!check.Succeeded)
            {
                _refused = text;
                RoutingLog.ConfigurationRefused(log, candidate, check.Message);
                return false;
            }

            _refused = null;
            File.Move(candidate, paths.ConfigFile, overwrite: true);
            await LoadAsync(cancellationToken);
            return true;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>What BIRD says about its sessions, by name.</summary>
    /// <exception cref="IOException">No BIRD answers.</exception>
    public static async Task<IReadOnlyList<SessionStatus>> ReadSessionsAsync(string controlSocket, CancellationToken cancellationToken)
    {
        using var socket = await BirdSocket.ConnectAsync(controlSocket, cancellationToken);
        return SessionStatusParser.Parse(await socket.ExecuteAsync("show protocols all", cancellationToken));
    }

    /// <summary>Ends the BIRD behind a control socket, for good. Its routes stay in the kernel (persist).</summary>
    /// <returns>False when none answers there.</returns>
    /// <exception cref="IOException">It answers and does not end.</exception>
    public static async Task<bool> StopAsync(string controlSocket, CancellationToken cancellationToken)
    {
        BirdSocket socket;
        try
        {
            socket = await BirdSocket.ConnectAsync(controlSocket, cancellationToken);
        }
        catch (IOException)
        {
            return false;
        }

        using (socket)
        {
            await socket.ExecuteAsync("down", cancellationToken);
            await socket.WaitForEndAsync(cancellationToken).WaitAsync(CheckDeadline, cancellationToken);
            return true;
        }
    }

    /// <summary>Runs an action that must not meet a change of the configuration.</summary>
    internal async Task<T> ExclusivelyAsync<T>(Func<Task<T>> action, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return await action();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Has a running BIRD read the file. Without one there is nothing to do: it reads the file when it starts.</summary>
    internal async Task LoadAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var socket = await BirdSocket.ConnectAsync(paths.ControlSocket, cancellationToken);
            var reply = await socket.ExecuteAsync($"configure \"{paths.ConfigFile}\"", cancellationToken);
            if (reply.IsError)
            {
                RoutingLog.ReloadRefused(log, reply.Message);
            }
            else
            {
                RoutingLog.Reloaded(log, reply.Message);
            }
        }
        catch (IOException e)
        {
            RoutingLog.ReloadDeferred(log, e.Message);
        }
    }

    public void Dispose() => _gate.Dispose();
}
