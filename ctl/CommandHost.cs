using System.CommandLine;
using Calico.Ctl.Settings;
using Calico.Ipam.Core;
using Calico.Store;
using Calico.Store.Kubernetes;

namespace Calico.Ctl;

/// <summary>Runs commands: the options that all share, the connection to the datastore, and what a failure becomes.</summary>
internal sealed class CommandHost(CtlContext context)
{
    public CtlContext Context => context;

    public Option<string> Config { get; } = new("--config", "-c")
    {
        Description = $"file with the connection's settings (kind CalicoAPIConfig, YAML or JSON); by default {StoreSettings.DefaultFile} if it is there, else ETCD_ENDPOINTS and its like",
        HelpName = "file",
        Recursive = true,
    };

    public Option<bool> AllowVersionMismatch { get; } = new("--allow-version-mismatch")
    {
        Description = "taken for upstream's sake: this program never refuses because of a version",
        Recursive = true,
    };

    public Option<string> KubernetesContext { get; } = new("--context")
    {
        Description = "taken for upstream's sake: the datastore is etcd",
        HelpName = "name",
        Recursive = true,
        Hidden = true,
    };

    /// <summary>What a command does with the datastore.</summary>
    public void OnStore(Command command, Func<ParseResult, IKeyValueStore, CancellationToken, Task<int>> run) =>
        On(command, (parsed, cancellationToken) => WithStoreAsync(parsed, store => run(parsed, store, cancellationToken)));

    /// <summary>The part of a command that needs the datastore.</summary>
    public async Task<int> WithStoreAsync(ParseResult parsed, Func<IKeyValueStore, Task<int>> run)
    {
        var store = context.OpenStore(StoreSettings.Read(parsed.GetValue(Config), context.Environment));
        try
        {
            return await run(store);
        }
        finally
        {
            if (store is IAsyncDisposable connection)
            {
                await connection.DisposeAsync();
            }
        }
    }

    /// <summary>What a command does without the datastore.</summary>
    public void On(Command command, Func<ParseResult, CancellationToken, Task<int>> run) =>
        command.SetAction((parsed, cancellationToken) => GuardAsync(() => run(parsed, cancellationToken), cancellationToken));

    public async Task<int> InvokeAsync(RootCommand root, IReadOnlyList<string> arguments)
    {
        var parsed = root.Parse(arguments);
        var code = await parsed.InvokeAsync(new InvocationConfiguration { Output = context.Out, Error = context.Error, EnableDefaultExceptionHandler = false });
        return parsed.Errors.Count > 0 && code != ExitCode.Success ? ExitCode.Usage : code;
    }

    public Task WarnAsync(string message) => context.Error.WriteLineAsync($"warning: {message}");

    public Task ErrorAsync(string message) => context.Error.WriteLineAsync($"error: {message}");

    private async Task<int> GuardAsync(Func<Task<int>> run, CancellationToken cancellationToken)
    {
        try
        {
            return await run();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (CtlException e)
        {
            await ErrorAsync(e.Message);
            return e.ExitCode;
        }
        catch (StoreException e)
        {
            await ErrorAsync(e.IsUnavailable ? $"the datastore does not answer: {e.Message}" : e.Message);
            return e.IsUnavailable ? ExitCode.Unavailable : ExitCode.Failed;
        }
        catch (IpamException e)
        {
            await ErrorAsync(e.Details.Length > 0 ? $"{e.Message}: {e.Details}" : e.Message);
            return ExitCode.Failed;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or KubernetesException)
        {
            await ErrorAsync(e.Message);
            return ExitCode.Failed;
        }
    }
}
