using System.Security.Cryptography;
using Calico.Images.Contents;
using Calico.Images.Oci;
using Calico.Images.Packages;
using Calico.Images.Sbom;

namespace Calico.Images;

/// <summary>Makes an image's tar and its bill of materials.</summary>
/// <param name="programs">Directory of the published programs.</param>
/// <param name="restored">Artifacts directory of a restore for native compilation, for the packages of our programs.</param>
/// <param name="output">Directory of the results.</param>
internal sealed class ImageBuilder(PackageCache cache, string programs, string restored, string output, string version)
{
    // Where SPDX files of images are looked for.
    private const string SbomDirectory = "usr/share/sbom";

    /// <exception cref="BuildException">Something that the recipe names is missing.</exception>
    public async Task<string> BuildAsync(ImageRecipe recipe, CancellationToken cancellationToken)
    {
        var packages = await cache.GetAsync(recipe.Packages, cancellationToken);
        var contents = ImageContents.Collect(recipe, packages, programs);
        var sbom = SpdxDocument.Write($"calico/{recipe.Name}", version, recipe.Programs.Select(ContentsOf), contents.Packages);
        contents.Calico.AddText($"{SbomDirectory}/calico-{recipe.Name}.spdx.json", sbom);
        Layer[] layers = [Layer.Of(contents.Debian), Layer.Of(contents.Calico)];
        var file = Path.Combine(output, recipe.Name + ".tar");
        var digest = ImageArchive.Write(file, recipe, version, layers);
        await File.WriteAllTextAsync(Path.Combine(output, recipe.Name + ".spdx.json"), sbom, cancellationToken);
        return $"calico/{recipe.Name}:{version}  {digest}  {new FileInfo(file).Length / 1e6:F1} MB, unpacked {layers.Sum(layer => layer.Size) / 1e6:F1} MB, {contents.Packages.Count} Debian packages";
    }

    private ProgramContents ContentsOf(ProgramFile program)
    {
        var assets = Directory.Exists(restored)
            ? Directory.EnumerateFiles(restored, "project.assets.json", SearchOption.AllDirectories).FirstOrDefault(file => BelongsTo(file, program.Project))
            : null;
        return new ProgramContents(
            program.Name,
            Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(programs, program.Name)))),
            assets is null ? throw new BuildException($"{program.Project} is not restored in {restored}") : ProjectAssets.Read(File.ReadAllText(assets)));
    }

    private static bool BelongsTo(string assets, string project) => ProjectAssets.ProjectOf(File.ReadAllText(assets)).EndsWith("/" + project, StringComparison.Ordinal);
}
