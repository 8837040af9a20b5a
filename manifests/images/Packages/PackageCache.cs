using System.Security.Cryptography;
using Calico.Linux;

namespace Calico.Images.Packages;

/// <summary>Downloads the versions that this machine's apt would install, checks them against the signed index, and unpacks them.</summary>
internal sealed class PackageCache(string directory)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    /// <exception cref="BuildException">apt does not know a package, or what came is not what the index says.</exception>
    public async Task<IReadOnlyList<DebianPackage>> GetAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        var index = await IndexAsync(names, cancellationToken);
        var missing = index.Where(control => !File.Exists(ArchiveOf(control))).Select(control => $"{control["Package"]}={control["Version"]}").ToList();
        if (missing.Count > 0)
        {
            // apt-get writes to its working directory and has no option for another one.
            await RunAsync("env", [$"--chdir={directory}", "apt-get", "download", "--quiet", .. missing], cancellationToken);
        }

        List<DebianPackage> packages = [];
        foreach (var control in index)
        {
            packages.Add(await UnpackAsync(control, cancellationToken));
        }

        return packages;
    }

    private static async Task<IReadOnlyList<IReadOnlyDictionary<string, string>>> IndexAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var output = await RunAsync("apt-cache", ["show", "--no-all-versions", .. names], cancellationToken);
        var index = ControlFile.Parse(output).DistinctBy(control => control["Package"]).OrderBy(control => control["Package"], StringComparer.Ordinal).ToList();
        var unknown = names.Except(index.Select(control => control["Package"])).ToList();
        return unknown.Count == 0 ? index : throw new BuildException($"apt does not know {string.Join(", ", unknown)}; run apt-get update, on Debian 12");
    }

    private async Task<DebianPackage> UnpackAsync(IReadOnlyDictionary<string, string> control, CancellationToken cancellationToken)
    {
        var archive = ArchiveOf(control);
        var hash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(archive, cancellationToken)));
        if (hash != control["SHA256"])
        {
            File.Delete(archive);
            throw new BuildException($"{archive} has the hash {hash}, the index says {control["SHA256"]}; it is deleted, run again");
        }

        var root = Path.ChangeExtension(archive, null);
        if (!Directory.Exists(root))
        {
            await RunAsync("dpkg-deb", ["--extract", archive, root + ".new"], cancellationToken);
            Directory.Move(root + ".new", root);
        }

        return new DebianPackage(control, root);
    }

    // A colon of an epoch is written as in a URI.
    private string ArchiveOf(IReadOnlyDictionary<string, string> control) =>
        Path.Combine(directory, $"{control["Package"]}_{control["Version"].Replace(":", "%3a", StringComparison.Ordinal)}_{control["Architecture"]}.deb");

    private static async Task<string> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var result = await CommandRunner.RunAsync(program, arguments, Deadline, cancellationToken: cancellationToken);
        return result.Succeeded ? result.Output : throw new BuildException($"{program} {string.Join(' ', arguments)}: {result.Message}");
    }
}
