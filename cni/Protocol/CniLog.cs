using System.Text;

namespace Calico.Cni.Protocol;

/// <summary>
/// The log of one call: lines of time, level, container, interface and message in the conf's log file. Nothing is opened before the first
/// line, and a line that cannot be written is lost: a full disk must not keep a pod from starting.
/// </summary>
public sealed class CniLog
{
    private readonly RotatingFile? _file;
    private readonly CniLogLevel _level;
    private readonly string _context;
    private readonly TimeProvider _time;

    private CniLog(RotatingFile? file, CniLogLevel level, string context, TimeProvider time)
    {
        _file = file;
        _level = level;
        _context = context;
        _time = time;
    }

    /// <summary>Writes nowhere.</summary>
    public static CniLog None { get; } = new(null, CniLogLevel.Error, "", TimeProvider.System);

    /// <summary>The log that the conf asks for; an empty <c>log_file_path</c> asks for none.</summary>
    public static CniLog Open(NetConf conf, string containerId, string ifName, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(conf);
        time ??= TimeProvider.System;
        var file = conf.LogFilePath.Length == 0
            ? null
            : new RotatingFile(conf.LogFilePath, conf.LogFileMaxSize * 1024L * 1024, TimeSpan.FromDays(conf.LogFileMaxAge), conf.LogFileMaxCount, time);
        return new CniLog(file, ParseLevel(conf.LogLevel), $"{OrDash(containerId)} {OrDash(ifName)}", time);
    }

    public void Debug(string message) => Write(CniLogLevel.Debug, message);

    public void Info(string message) => Write(CniLogLevel.Info, message);

    public void Warning(string message) => Write(CniLogLevel.Warning, message);

    public void Error(string message) => Write(CniLogLevel.Error, message);

    /// <summary>Upstream's level names; what is louder than ours or unknown becomes the nearest, and never an error.</summary>
    internal static CniLogLevel ParseLevel(string text) => text.ToLowerInvariant() switch
    {
        "trace" or "debug" => CniLogLevel.Debug,
        "warn" or "warning" => CniLogLevel.Warning,
        "error" or "fatal" or "panic" => CniLogLevel.Error,
        _ => CniLogLevel.Info,
    };

    // By hand: an enum's own text is found by reflection, at every start.
    private static string Name(CniLogLevel level) => level switch
    {
        CniLogLevel.Debug => "DEBUG",
        CniLogLevel.Info => "INFO",
        CniLogLevel.Warning => "WARNING",
        _ => "ERROR",
    };

    private static string OrDash(string text) => text.Length > 0 ? text : "-";

    private void Write(CniLogLevel level, string message)
    {
        if (_file is null || level < _level)
        {
            return;
        }

        var line = $"{UtcText.OfLine(_time.GetUtcNow())} {Name(level)} {_context} {OneLine(message)}\n";
        _file.TryAppend(Encoding.UTF8.GetBytes(line));
    }

    /// <summary>A message holds text from outside, which must not be able to forge a second line.</summary>
    private static string OneLine(string message) => string.Create(message.Length, message, static (span, text) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = char.IsControl(text[i]) ? ' ' : text[i];
        }
    });
}
