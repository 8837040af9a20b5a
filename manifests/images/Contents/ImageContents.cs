using Calico.Images.Packages;

namespace Calico.Images.Contents;

/// <summary>Makes the layers of an image: below what comes from Debian, which rarely changes; above it what is ours.</summary>
internal sealed record ImageContents(FileTree Debian, FileTree Calico, IReadOnlyList<DebianPackage> Packages)
{
    /// <param name="programs">Directory of the published programs.</param>
    /// <exception cref="BuildException">A file of the recipe does not exist.</exception>
    public static ImageContents Collect(ImageRecipe recipe, IReadOnlyList<DebianPackage> packages, string programs)
    {
        PackageFiles available = new(packages);
        FileTree debian = new();
        FileTree calico = new();
        debian.AddBase();
        AddPackageFiles(recipe, available, debian);
        foreach (var program in recipe.Programs)
        {
            calico.AddProgram(program.Path, Existing(Path.Combine(programs, program.Name)));
        }

        new LibraryClosure(available).Complete(debian, calico.Entries);
        var used = debian.Entries.Select(entry => entry.Package).OfType<DebianPackage>().Distinct().OrderBy(package => package.Name, StringComparer.Ordinal).ToList();
        var idle = packages.Except(used).ToList();
        if (idle.Count > 0)
        {
            throw new BuildException($"{recipe.Name}: nothing is taken from {string.Join(", ", idle)}; take it out of the recipe");
        }

        foreach (var package in used)
        {
            AddPapers(package, available, debian);
        }

        return new ImageContents(debian, calico, used);
    }

    private static void AddPackageFiles(ImageRecipe recipe, PackageFiles available, FileTree tree)
    {
        foreach (var pattern in recipe.PackageFiles)
        {
            var files = available.Match(pattern);
            if (files.Count == 0)
            {
                throw new BuildException($"{recipe.Name}: no package has {pattern}");
            }

            foreach (var file in files)
            {
                tree.Add(file with { Path = recipe.Moved.GetValueOrDefault(file.Path, file.Path) });
            }
        }

        foreach (var (path, target) in recipe.Links)
        {
            tree.AddLink(path, target);
        }
    }

    // The licence goes where the code goes, and scanners read the stanza: the convention of images without dpkg.
    private static void AddPapers(DebianPackage package, PackageFiles available, FileTree tree)
    {
        var copyright = $"usr/share/doc/{package.Name}/copyright";
        tree.Add(available.Find(copyright) ?? throw new BuildException($"{package} has no {copyright}"));
        string[] fields = ["Package", "Source", "Version", "Architecture", "Maintainer"];
        tree.AddText($"var/lib/dpkg/status.d/{package.Name}", string.Concat(
            fields.Where(package.Control.ContainsKey).Select(field => $"{field}: {package.Control[field]}\n")));
    }

    private static string Existing(string file) =>
        File.Exists(file) ? file : throw new BuildException($"{file} is missing; run ./build.sh --target=Publish");
}
