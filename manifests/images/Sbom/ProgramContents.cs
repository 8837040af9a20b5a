namespace Calico.Images.Sbom;

/// <summary>A program of ours and the packages compiled into it.</summary>
internal sealed record ProgramContents(string Name, string Sha256, IReadOnlyList<NugetPackage> Packages);
