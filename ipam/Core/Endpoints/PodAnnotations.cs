using System.Text;
using System.Text.Json;
using Calico.Model.Net;

namespace Calico.Ipam.Core.Endpoints;

/// <summary>What pod and namespace annotations ask of address management (features.md C3). The pod's wins over its namespace's.</summary>
internal static class PodAnnotations
{
    /// <summary>Every annotation that address management reads begins so.</summary>
    public const string Prefix = "cni.projectcalico.org/";
    public const string HwAddr = Prefix + "hwAddr";
    private const string IpAddrs = Prefix + "ipAddrs";
    private const string IPv4Pools = Prefix + "ipv4pools";
    private const string IPv6Pools = Prefix + "ipv6pools";
    private const string IpFamilies = Prefix + "ipFamilies";
    private const string AllowedSourcePrefixes = Prefix + "allowedSourcePrefixes";

    /// <summary>Names or CIDRs of pools for one family; empty leaves it to the pools.</summary>
    public static IReadOnlyList<string> Pools(AssignRequest request, IpFamily family)
    {
        var (annotation, conf) = family == IpFamily.IPv4 ? (IPv4Pools, request.IPv4Pools) : (IPv6Pools, request.IPv6Pools);
        return PodOrNamespace(request.Metadata, annotation) ?? conf;
    }

    public static IReadOnlyList<IpFamily> Families(AssignRequest request) =>
        PodOrNamespace(request.Metadata, IpFamilies) is not { } names
            ? request.Families
            : [.. names.Select(Family).Distinct().Order()];

    /// <summary>The addresses asked for by annotation or argument, at most one of each family; empty is any.</summary>
    public static IReadOnlyList<IpAddress> Addresses(AssignRequest request)
    {
        var addresses = List(request.Metadata.Annotations, IpAddrs) is { } texts ? [.. texts.Select(Address)] : request.Addresses;
        return addresses.Select(a => a.Family).Distinct().Count() == addresses.Count
            ? [.. addresses.Order()]
            : throw Invalid($"{string.Join(", ", addresses)} were asked for, but an interface gets one address of a family");
    }

    /// <summary>Ranges that the pod may send from besides its addresses, where the agent's WorkloadSourceSpoofing allows it; null when it asks for none.</summary>
    public static IReadOnlyList<string>? SourcePrefixes(AssignRequest request) =>
        List(request.Metadata.Annotations, AllowedSourcePrefixes) is not { Count: > 0 } texts
            ? null
            : texts.Find(text => !Cidr.TryParse(text, out _)) is { } wrong
                ? throw Invalid($"the annotation {AllowedSourcePrefixes} holds '{wrong}', which is not a CIDR")
                : texts;

    private static List<string>? PodOrNamespace(PodMetadata metadata, string name) =>
        List(metadata.Annotations, name) ?? List(metadata.NamespaceAnnotations, name);

    private static List<string>? List(IReadOnlyDictionary<string, string> annotations, string name)
    {
        if (!annotations.TryGetValue(name, out var text) || text.Length == 0)
        {
            return null;
        }

        var items = new List<string>();
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
            reader.Read();
            var isList = reader.TokenType == JsonTokenType.StartArray;
            while (isList && reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                isList = reader.TokenType == JsonTokenType.String;
                items.Add(isList ? reader.GetString()! : "");
            }

            return isList ? items : throw NotAList(name, text);
        }
        catch (JsonException)
        {
            throw NotAList(name, text);
        }
    }

    private static IpFamily Family(string text) => text switch
    {
        "IPv4" => IpFamily.IPv4,
        "IPv6" => IpFamily.IPv6,
        _ => throw Invalid($"the annotation {IpFamilies} names '{text}'; it takes IPv4 and IPv6"),
    };

    private static IpAddress Address(string text) =>
        IpAddress.TryParse(text, out var address) ? address : throw Invalid($"the annotation {IpAddrs} holds '{text}', which is not an IP address");

    private static IpamException NotAList(string name, string text) =>
        Invalid($"the annotation {name} holds '{text}', which is not a JSON list of texts");

    private static IpamException Invalid(string message) => new(IpamFailure.InvalidRequest, message);
}
