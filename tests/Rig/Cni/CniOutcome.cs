using System.Text.Json;
using System.Text.Json.Nodes;
using Calico.Model.Net;
using Calico.Tests.Rig.Processes;

namespace Calico.Tests.Rig.Cni;

/// <summary>What a plugin answered.</summary>
public sealed class CniOutcome(CommandOutcome process)
{
    private readonly Lazy<JsonObject?> _output = new(() => Parse(process.Stdout));

    public bool Succeeded => process.Succeeded;

    public string Stdout => process.Stdout;

    public string Stderr => process.Stderr;

    public TimeSpan Elapsed => process.Elapsed;

    /// <summary>The call was ended by SIGKILL.</summary>
    public bool WasKilled => process.ExitCode == 128 + 9;

    /// <summary>The object on standard output, or null when there is none.</summary>
    public JsonObject? Output => _output.Value;

    /// <summary>The code of the error object; 0 when the call succeeded, -1 when it failed without an error object.</summary>
    public int ErrorCode => Succeeded ? 0 : (int?)Output?["code"] ?? -1;

    public string ErrorMessage => Succeeded ? "" : $"{(string?)Output?["msg"]} {(string?)Output?["details"]}".Trim();

    /// <summary>The result of a call that must succeed.</summary>
    public JsonObject Result => Succeeded && Output is not null
        ? Output
        : throw new InvalidOperationException($"{process.CommandLine} ended with {process.ExitCode}: {Stdout.Trim()} {Stderr.Trim()}");

    /// <summary>The addresses of the result, IPv4 and IPv6, in its order.</summary>
    public IReadOnlyList<IpAddress> Addresses => [.. Result["ips"]!.AsArray().Select(ip => InterfaceAddress.Parse((string)ip!["address"]!).Address)];

    public IpAddress Address(IpFamily family) => Addresses.Single(address => address.Family == family);

    /// <summary>This outcome, or an exception with what the plugin said.</summary>
    public CniOutcome OrThrow() => Succeeded
        ? this
        : throw new InvalidOperationException($"{process.CommandLine} ended with {process.ExitCode}: {Stdout.Trim()} {Stderr.Trim()}");

    public override string ToString() => Succeeded ? $"success {Stdout}" : $"exit code {process.ExitCode}: {Stdout.Trim()} {Stderr.Trim()}";

    private static JsonObject? Parse(string text)
    {
        try
        {
            return text.Trim().Length == 0 ? null : JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
