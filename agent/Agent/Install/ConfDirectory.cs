namespace Calico.Agent.Install;

/// <summary>The directory from which a container runtime takes the first network configuration by name.</summary>
internal static class ConfDirectory
{
    private static readonly string[] Endings = [".conf", ".conflist", ".json"];

    /// <summary>The configuration that a runtime takes instead of ours; null when ours is the first.</summary>
    public static string? Before(string confFile)
    {
        var first = Directory.EnumerateFiles(Path.GetDirectoryName(Path.GetFullPath(confFile))!)
            .Where(path => Endings.Contains(Path.GetExtension(path), StringComparer.Ordinal))
            .Append(confFile)
            .MinBy(path => Path.GetFileName(path), StringComparer.Ordinal)!;
        return Path.GetFileName(first) == Path.GetFileName(confFile) ? null : first;
    }
}
