using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Calico.Images.Packages;

namespace Calico.Images.Sbom;

/// <summary>The bill of materials of an image, SPDX 2.3: our programs with what is compiled into them, and every Debian package with its version.</summary>
internal sealed partial class SpdxDocument
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly SortedDictionary<string, JsonObject> _packages = new(StringComparer.Ordinal);
    private readonly List<(string From, string Relation, string To)> _relations = [];

    public static string Write(string image, string version, IEnumerable<ProgramContents> programs, IEnumerable<DebianPackage> packages)
    {
        SpdxDocument document = new();
        var subject = document.Add("image", image, version, null, null);
        foreach (var program in programs)
        {
            document.AddProgram(subject, program, version);
        }

        foreach (var package in packages)
        {
            document.AddDebian(subject, package);
        }

        return document.ToJson(image, version, subject);
    }

    private void AddProgram(string image, ProgramContents program, string version)
    {
        var id = Add("program", program.Name, version, null, program.Sha256);
        _relations.Add((image, "CONTAINS", id));
        foreach (var package in program.Packages)
        {
            _relations.Add((id, "STATIC_LINK", Add("nuget", package.Name, package.Version, $"pkg:nuget/{package.Name}@{package.Version}", null)));
        }
    }

    private void AddDebian(string image, DebianPackage package)
    {
        var url = $"pkg:deb/debian/{Uri.EscapeDataString(package.Name)}@{Uri.EscapeDataString(package.Version)}?arch={package.Architecture}&distro=debian-12";
        var id = Add("deb", package.Name, package.Version, url, package.Sha256);
        _relations.Add((image, "CONTAINS", id));

        // What Debian says it compiled in, such as the Go libraries of etcd.
        foreach (Match source in BuiltUsing().Matches(package.Control.GetValueOrDefault("Built-Using", "")))
        {
            var (name, version) = (source.Groups[1].Value, source.Groups[2].Value);
            var sourceUrl = $"pkg:deb/debian/{Uri.EscapeDataString(name)}@{Uri.EscapeDataString(version)}?arch=source&distro=debian-12";
            _relations.Add((id, "STATIC_LINK", Add("source", name, version, sourceUrl, null)));
        }
    }

    private string Add(string kind, string name, string version, string? url, string? sha256)
    {
        var id = "SPDXRef-" + NotAllowedInId().Replace($"{kind}-{name}-{version}", "-");
        JsonObject package = new()
        {
            ["SPDXID"] = id,
            ["name"] = name,
            ["versionInfo"] = version,
            ["downloadLocation"] = "NOASSERTION",
            ["filesAnalyzed"] = false,
            ["licenseConcluded"] = "NOASSERTION",
            ["licenseDeclared"] = kind is "image" or "program" ? "Apache-2.0" : "NOASSERTION",
            ["copyrightText"] = "NOASSERTION",
        };
        if (sha256 is not null)
        {
            package["checksums"] = new JsonArray(new JsonObject { ["algorithm"] = "SHA256", ["checksumValue"] = sha256 });
        }

        if (url is not null)
        {
            package["externalRefs"] = new JsonArray(new JsonObject
            {
                ["referenceCategory"] = "PACKAGE-MANAGER", ["referenceType"] = "purl", ["referenceLocator"] = url,
            });
        }

        _packages[id] = package;
        return id;
    }

    private string ToJson(string image, string version, string subject)
    {
        JsonArray packages = new([.. _packages.Values]);
        JsonArray relations = new([.. _relations.Prepend(("SPDXRef-DOCUMENT", "DESCRIBES", subject)).Distinct().Order().Select(Relation)]);
        // A name of its own for each content, and the same for the same.
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(packages.ToJsonString() + relations.ToJsonString())));
        return new JsonObject
        {
            ["spdxVersion"] = "SPDX-2.3",
            ["dataLicense"] = "CC0-1.0",
            ["SPDXID"] = "SPDXRef-DOCUMENT",
            ["name"] = $"{image}:{version}",
            ["documentNamespace"] = $"https://projectcalico.org/spdx/{image}/{version}/{hash}",
            ["creationInfo"] = new JsonObject { ["created"] = "1970-01-01T00:00:00Z", ["creators"] = new JsonArray("Tool: calico-images-" + version) },
            ["packages"] = packages,
            ["relationships"] = relations,
        }.ToJsonString(Indented) + "\n";
    }

    private static JsonObject Relation((string From, string Relation, string To) relation) => new()
    {
        ["spdxElementId"] = relation.From,
        ["relationshipType"] = relation.Relation,
        ["relatedSpdxElement"] = relation.To,
    };

    [GeneratedRegex(@"([a-z0-9][a-z0-9+.-]*) \(= ([^)]+)\)")]
    private static partial Regex BuiltUsing();

    [GeneratedRegex("[^A-Za-z0-9.-]")]
    private static partial Regex NotAllowedInId();
}
