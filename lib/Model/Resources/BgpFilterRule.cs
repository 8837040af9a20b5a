using System.Text.Json.Serialization;
using Calico.Model.Json;

namespace Calico.Model.Resources;

/// <summary>A rule for routes: what all its conditions hold for is accepted or rejected, and no later rule is asked.</summary>
public sealed record BgpFilterRule : JsonObjectRecord
{
    /// <summary>Accept or Reject.</summary>
    [JsonPropertyName("action")]
    public string? Action { get; init; }

    /// <summary>What the route's prefix is compared with, as <see cref="MatchOperator"/> says.</summary>
    [JsonPropertyName("cidr")]
    public string? Cidr { get; init; }

    /// <summary>Equal, NotEqual, In or NotIn; stands with <see cref="Cidr"/>.</summary>
    [JsonPropertyName("matchOperator")]
    public string? MatchOperator { get; init; }

    /// <summary>Which lengths of prefixes In and NotIn mean.</summary>
    [JsonPropertyName("prefixLength")]
    public BgpFilterPrefixLength? PrefixLength { get; init; }

    /// <summary>RemotePeers: routes that came by BGP.</summary>
    [JsonPropertyName("source")]
    public string? Source { get; init; }

    /// <summary>Name of the route's interface, in which * is any text.</summary>
    [JsonPropertyName("interface")]
    public string? Interface { get; init; }

    /// <summary>eBGP or iBGP: the rule is for sessions of that kind.</summary>
    [JsonPropertyName("peerType")]
    public string? PeerType { get; init; }

    /// <summary>How the route's AS path begins: the neighbour first.</summary>
    [JsonPropertyName("asPathPrefix")]
    public IReadOnlyList<AsNumber>? AsPathPrefix { get; init; }
}
