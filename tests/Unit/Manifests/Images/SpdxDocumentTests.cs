using System.Text.Json.Nodes;
using Calico.Images.Packages;
using Calico.Images.Sbom;

namespace Calico.Tests.Unit.Manifests.Images;

internal sealed class SpdxDocumentTests
{
    private static readonly DebianPackage Etcd = new(
        ControlFile.Parse("Package: etcd-server\nVersion: 3.4.23-4+b4\nArchitecture: amd64\nSHA256: 0a\nBuilt-Using: golang-1.19 (= 1.19.8-2),\n golang-go.crypto (= 1:0.4.0-1)\n").Single(), "/none");

    [Test]
    public void Names_programs_their_packages_and_those_of_Debian()
    {
        var document = Parse();
        var packages = document["packages"]!.AsArray().Select(package => $"{package!["name"]} {package["versionInfo"]}");
        Assert.That(packages, Is.EquivalentTo(new[]
        {
            "calico/etcd 1.2.3", "calico-agent 1.2.3", "Google.Protobuf 3.25.1", "etcd-server 3.4.23-4+b4", "golang-1.19 1.19.8-2", "golang-go.crypto 1:0.4.0-1",
        }));
        Assert.That(document.ToJsonString(), Does.Contain("pkg:deb/debian/etcd-server@3.4.23-4%2Bb4?arch=amd64\\u0026distro=debian-12").And.Contain("pkg:nuget/Google.Protobuf@3.25.1"));
    }

    [Test]
    public void A_relation_names_elements_that_exist()
    {
        var document = Parse();
        var ids = document["packages"]!.AsArray().Select(package => (string?)package!["SPDXID"]).Append("SPDXRef-DOCUMENT").ToHashSet();
        foreach (var relation in document["relationships"]!.AsArray())
        {
            Assert.That(ids, Does.Contain((string?)relation!["spdxElementId"]).And.Contain((string?)relation["relatedSpdxElement"]));
        }
    }

    [Test]
    public void A_build_time_package_is_not_in_the_program()
    {
        const string Assets = """
            {"targets": {"net9.0": {}, "net9.0/linux-x64": {
              "Google.Protobuf/3.25.1": {"type": "package", "runtime": {"lib/net5.0/Google.Protobuf.dll": {}}},
              "Some.Analyzers/5.6.0": {"type": "package"},
              "Empty/1.0.0": {"type": "package", "runtime": {"lib/net9.0/_._": {}}},
              "Calico.Model/1.0.0": {"type": "project", "runtime": {"bin/placeholder/Calico.Model.dll": {}}},
              "runtime.linux-x64.Microsoft.DotNet.ILCompiler/9.0.20": {"type": "package"}}}}
            """;
        Assert.That(ProjectAssets.Read(Assets), Is.EqualTo(new NugetPackage[] { new("Google.Protobuf", "3.25.1"), new("runtime.linux-x64.Microsoft.DotNet.ILCompiler", "9.0.20") }));
    }

    private static JsonNode Parse() =>
        JsonNode.Parse(SpdxDocument.Write("calico/etcd", "1.2.3", [new ProgramContents("calico-agent", "0b", [new NugetPackage("Google.Protobuf", "3.25.1")])], [Etcd]))!;
}
