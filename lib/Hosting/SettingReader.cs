using System.Globalization;
using System.Net;
using Calico.Model;
using Microsoft.Extensions.Logging;

namespace Calico.Hosting;

/// <summary>Turns the texts of settings into values. Keeps every fault instead of stopping at the first, so that an operator corrects them in one go.</summary>
/// <param name="given">The text of a setting, null or empty when it is not given.</param>
public sealed class SettingReader(Func<Setting, string?> given)
{
    private readonly List<string> _faults = [];

    /// <summary>What is wrong so far, one line each, naming the setting.</summary>
    public IReadOnlyList<string> Faults => _faults;

    public string Text(Setting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        return TextOr(setting, setting.Default);
    }

    public string TextOr(Setting setting, string otherwise) => given(setting) is { Length: > 0 } text ? text : otherwise;

    /// <summary>Runs a parser; a <see cref="FormatException"/> becomes a fault that names the setting.</summary>
    public T? Try<T>(Setting setting, Func<string, T> parse)
    {
        ArgumentNullException.ThrowIfNull(parse);
        try
        {
            return parse(Text(setting));
        }
        catch (FormatException e)
        {
            Fault(setting, e.Message);
            return default;
        }
    }

    public void Fault(Setting setting, string message)
    {
        ArgumentNullException.ThrowIfNull(setting);
        _faults.Add($"{setting.Variable} ({setting.Flag}): {message}");
    }

    /// <summary>A fault that no single setting has.</summary>
    public void Fault(string message) => _faults.Add(message);

    public bool Flag(Setting setting) => Try(setting, text => text.ToLowerInvariant() switch
    {
        "true" or "1" or "yes" or "enabled" => true,
        "false" or "0" or "no" or "disabled" => false,
        _ => throw new FormatException($"'{text}' is not true or false"),
    });

    public string OneOf(Setting setting, params string[] values) =>
        Try(setting, text => Array.Find(values, value => value.Equals(text, StringComparison.OrdinalIgnoreCase))
                             ?? throw new FormatException($"'{text}' is not one of {string.Join(", ", values)}")) ?? "";

    public T Enum<T>(Setting setting)
        where T : struct, Enum =>
        Try(setting, text => !char.IsAsciiDigit(text[0]) && System.Enum.TryParse<T>(text, ignoreCase: true, out var value) && System.Enum.IsDefined(value)
            ? value
            : throw new FormatException($"'{text}' is not one of {string.Join(", ", System.Enum.GetNames<T>())}"));

    /// <param name="low">The least value, inclusive.</param>
    /// <param name="high">The greatest value, inclusive.</param>
    public int Number(Setting setting, int low, int high) => Try(
        setting,
        text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= low && number <= high
            ? number
            : throw new FormatException($"'{text}' is not a number from {low} to {high}"));

    /// <summary>A time as <c>90s</c>, <c>5m</c> or <c>1h30m</c>.</summary>
    public TimeSpan Duration(Setting setting, TimeSpan low, TimeSpan high) => Try(
        setting,
        text => GoDuration.TryParse(text, out var duration) && duration >= low && duration <= high
            ? duration
            : throw new FormatException($"'{text}' is not a time such as 90s, 5m or 1h30m, from {low.TotalSeconds} s to {high.TotalSeconds} s"));

    public LogLevel Severity(Setting setting) => Try(setting, text => text.ToLowerInvariant() switch
    {
        "trace" => LogLevel.Trace,
        "debug" => LogLevel.Debug,
        "info" => LogLevel.Information,
        "warning" or "warn" => LogLevel.Warning,
        "error" => LogLevel.Error,
        "fatal" or "critical" => LogLevel.Critical,
        "none" or "" => LogLevel.None,
        _ => throw new FormatException($"'{text}' is not Trace, Debug, Info, Warning, Error, Fatal or None"),
    });

    /// <summary>Where a server listens. <c>*</c> is every address of both families.</summary>
    public IPEndPoint? EndPoint(Setting host, Setting port)
    {
        var number = Number(port, 1, 65535);
        return Try(host, text => text switch
        {
            "localhost" => new IPEndPoint(IPAddress.Loopback, number),
            "*" => new IPEndPoint(IPAddress.IPv6Any, number),
            _ when IPAddress.TryParse(text, out var address) => new IPEndPoint(address, number),
            _ => throw new FormatException($"'{text}' is not an address, localhost or *"),
        });
    }
}
