using System.CommandLine;
using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Calico.Hosting;

/// <summary>A program that runs until it is told to stop: its settings, log, signals and exit code.</summary>
/// <param name="Program">Its name, for the hint where the settings are explained.</param>
/// <param name="LogCategory">The category of what the process says of itself.</param>
/// <typeparam name="TOptions">What the settings become.</typeparam>
public sealed record Service<TOptions>(string Program, string LogCategory)
    where TOptions : class
{
    private const int Failed = 1;
    private const int BadOptions = 2;

    /// <summary>The command's name and what its help says of it.</summary>
    public string Name { get; init; } = "run";

    public string Description { get; init; } =
        "Runs in the foreground until SIGTERM or SIGINT. Everything can be set by environment variables; a flag wins over its variable.";

    public required IReadOnlyList<Setting> Settings { get; init; }

    /// <summary>Turns what was given, flag before variable, into options; throws <see cref="OptionsException"/>.</summary>
    public required Func<Func<Setting, string?>, TOptions> Read { get; init; }

    public required Func<TOptions, LogLevel> LogLevel { get; init; }

    public required Func<TOptions, ILoggerFactory, CancellationToken, Task> Run { get; init; }

    /// <summary>Exceptions whose message tells an operator enough: the program ends with code 1 and no stack trace.</summary>
    public required Func<Exception, bool> IsExplained { get; init; }

    /// <summary>The command.</summary>
    /// <param name="environment">The process's environment.</param>
    public Command Command(IReadOnlyDictionary<string, string> environment)
    {
        var command = new Command(Name, Description);
        var flags = Settings.ToDictionary(setting => setting, setting => new Option<string>(setting.Flag)
        {
            Description = $"{setting.Description} [env: {setting.Variable}]{(setting.Default.Length > 0 ? $" [default: {setting.Default}]" : "")}",
            HelpName = "value",
        });
        foreach (var flag in flags.Values)
        {
            command.Options.Add(flag);
        }

        command.SetAction((parsed, _) => RunAsync(setting => parsed.GetValue(flags[setting]) ?? environment.GetValueOrDefault(setting.Variable)));
        return command;
    }

    private async Task<int> RunAsync(Func<Setting, string?> given)
    {
        TOptions options;
        try
        {
            options = Read(given);
        }
        catch (OptionsException e)
        {
            foreach (var fault in e.Faults)
            {
                await Console.Error.WriteLineAsync(fault);
            }

            await Console.Error.WriteLineAsync($"'{Program} {Name} --help' explains every setting.");
            return BadOptions;
        }

        using var logs = LoggerFactory.Create(builder => Configure(builder, LogLevel(options)));
        return await RunAsync(options, logs);
    }

    private async Task<int> RunAsync(TOptions options, ILoggerFactory logs)
    {
        var log = logs.CreateLogger(LogCategory);
        using var stopping = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        try
        {
            await Run(options, logs, stopping.Token);
            HostingLog.Stopped(log);
            return 0;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            HostingLog.Stopped(log);
            return 0;
        }
        catch (Exception e) when (IsExplained(e))
        {
            HostingLog.CannotGoOn(log, e.Message);
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
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = Microsoft.Extensions.Logging.LogLevel.Trace);
        builder.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
    }
}
