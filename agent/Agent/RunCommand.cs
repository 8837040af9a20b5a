using System.CommandLine;
using System.Runtime.InteropServices;
using Calico.Agent.Options;
using Calico.Agent.Startup;
using Calico.Linux.Netlink;
using Calico.Store;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Calico.Agent;

/// <summary><c>calico-agent run</c>: the process's options, log, signals and exit code.</summary>
internal static class RunCommand
{
    private const int Failed = 1;
    private const int BadOptions = 2;

    public static Command Create(IReadOnlyDictionary<string, string> environment)
    {
        var command = new Command("run", "Runs in the foreground until SIGTERM or SIGINT. Everything can be set by environment variables; a flag wins over its variable.");
        var flags = Settings.All.ToDictionary(setting => setting, setting => new Option<string>(setting.Flag)
        {
            Description = $"{setting.Description} [env: {setting.Variable}]{(setting.Default.Length > 0 ? $" [default: {setting.Default}]" : "")}",
            HelpName = "value",
        });
        foreach (var flag in flags.Values)
        {
            command.Options.Add(flag);
        }

        command.SetAction((parsed, _) => RunAsync(setting => parsed.GetValue(flags[setting]) ?? environment.GetValueOrDefault(setting.Variable), environment.Keys));
        return command;
    }

    private static async Task<int> RunAsync(Func<Setting, string?> given, IEnumerable<string> variables)
    {
        AgentOptions options;
        try
        {
            options = OptionsReader.Read(given, variables);
        }
        catch (OptionsException e)
        {
            foreach (var fault in e.Faults)
            {
                await Console.Error.WriteLineAsync(fault);
            }

            await Console.Error.WriteLineAsync("'calico-agent run --help' explains every setting.");
            return BadOptions;
        }

        using var logs = LoggerFactory.Create(builder => Configure(builder, options.LogLevel));
        return await RunAsync(options, logs);
    }

    private static async Task<int> RunAsync(AgentOptions options, ILoggerFactory logs)
    {
        var log = logs.CreateLogger("agent");
        using var stopping = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        try
        {
            await new NodeAgent(options, logs, TimeProvider.System).RunAsync(stopping.Token);
            AgentLog.Stopped(log);
            return 0;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            AgentLog.Stopped(log);
            return 0;
        }
        catch (Exception e) when (e is StartupException or StoreException or IOException or UnauthorizedAccessException or NetlinkException)
        {
            AgentLog.CannotGoOn(log, e.Message);
            return Failed;
        }

        void Stop(PosixSignalContext context)
        {
            // The second signal is not held back, and ends the process at once.
            context.Cancel = !stopping.IsCancellationRequested;
            stopping.Cancel();
        }
    }

    private static void Configure(ILoggingBuilder builder, LogLevel level)
    {
        builder.SetMinimumLevel(level);
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
    }
}
