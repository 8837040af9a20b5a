namespace Calico.Images.Sbom;

internal sealed record NugetPackage(string Name, string Version);
