using System.Text.RegularExpressions;
using Calico.Model.Net;

namespace Calico.Agent.Options;

/// <summary>A rule by which an address is picked among those of the host.</summary>
internal abstract record DetectionMethod(string Text)
{
    private static readonly TimeSpan MatchDeadline = TimeSpan.FromSeconds(1);

    public sealed record DefaultRoute() : DetectionMethod("default-route");

    public sealed record FirstFound() : DetectionMethod("first-found");

    public sealed record CanReach(string Text, string Destination) : DetectionMethod(Text);

    public sealed record Interfaces(string Text, IReadOnlyList<Regex> Wanted) : DetectionMethod(Text);

    public sealed record SkipInterfaces(string Text, IReadOnlyList<Regex> Skipped) : DetectionMethod(Text);

    public sealed record InCidr(string Text, IReadOnlyList<Cidr> Cidrs) : DetectionMethod(Text);

    /// <summary>What the kubelet reported as InternalIP. Turned into another method as soon as the node's object is read.</summary>
    /// <param name="IsDefault">Nobody asked for it: where it finds nothing, the default route decides.</param>
    public sealed record KubernetesInternalIp(bool IsDefault) : DetectionMethod("kubernetes-internal-ip");

    /// <exception cref="FormatException">The text is no method; the message says which there are.</exception>
    public static DetectionMethod Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var (kind, argument) = equals < 0 ? (text, "") : (text[..equals], text[(equals + 1)..]);
        return (kind, argument.Length > 0) switch
        {
            ("default-route", false) => new DefaultRoute(),
            ("first-found", false) => new FirstFound(),
            ("kubernetes-internal-ip", false) => new KubernetesInternalIp(IsDefault: false),
            ("can-reach", true) => new CanReach(text, argument),
            ("interface", true) => new Interfaces(text, Patterns(argument)),
            ("skip-interface", true) => new SkipInterfaces(text, Patterns(argument)),
            ("cidr" or "cidrs", true) => new InCidr(text, [.. List(argument).Select(Cidr.Parse)]),
            _ => throw new FormatException(
                $"'{text}' is no way to detect an address; write default-route, first-found, can-reach=HOST, interface=REGEX, skip-interface=REGEX, cidr=CIDR or kubernetes-internal-ip"),
        };
    }

    private static List<Regex> Patterns(string text) => [.. List(text).Select(Pattern)];

    /// <summary>A pattern stands for the whole name, as upstream anchors it.</summary>
    private static Regex Pattern(string text)
    {
        try
        {
            return new Regex($"^(?:{text})$", RegexOptions.CultureInvariant, MatchDeadline);
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"'{text}' is not a regular expression: {e.Message}", e);
        }
    }

    private static string[] List(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
