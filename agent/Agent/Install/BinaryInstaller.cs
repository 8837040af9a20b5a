using Microsoft.Extensions.Logging;

namespace Calico.Agent.Install;

/// <summary>Brings the programs of the image into the host's plugin directory, each in one step, and only those that differ.</summary>
internal sealed class BinaryInstaller(CniOptions options, ILogger log)
{
    /// <summary>Ours, which must be of this release. What else the image has is installed where it is missing.</summary>
    private static readonly string[] Own = ["calico", "calico-ipam"];

    /// <exception cref="InstallException">The image lacks one of ours.</exception>
    /// <exception cref="IOException">The host's directory cannot be written.</exception>
    public void Run()
    {
        var missing = Own.Except(options.SkippedBinaries, StringComparer.Ordinal).Where(name => !File.Exists(Path.Combine(options.SourceDirectory, name))).ToList();
        if (missing.Count > 0)
        {
            throw new InstallException($"{options.SourceDirectory} has no {string.Join(" and no ", missing)}: mount the directory of the image, or name it by CNI_SOURCE_DIR");
        }

        var record = new InstallRecord(options.RecordFile);
        foreach (var source in Directory.EnumerateFiles(options.SourceDirectory).Order(StringComparer.Ordinal))
        {
            Install(source, record);
        }
    }

    private void Install(string source, InstallRecord record)
    {
        var name = Path.GetFileName(source);
        var target = Path.Combine(options.BinDirectory, name);
        var isOwn = Array.IndexOf(Own, name) >= 0;
        if (options.SkippedBinaries.Contains(name, StringComparer.Ordinal))
        {
            InstallLog.BinarySkipped(log, target, "SKIP_CNI_BINARIES names it");
        }
        else if (File.Exists(target) && !options.UpdatesBinaries)
        {
            InstallLog.BinarySkipped(log, target, "it is there, and UPDATE_CNI_BINARIES is false");
        }
        else if (File.Exists(target) && !isOwn && !record.Names.Contains(name))
        {
            InstallLog.BinarySkipped(log, target, "the host has its own");
        }
        else
        {
            record.Add(name);
            if (DurableFile.Update(target, File.ReadAllBytes(source), DurableFile.Program))
            {
                InstallLog.BinaryInstalled(log, target);
            }
        }
    }
}
