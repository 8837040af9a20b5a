namespace Calico.Agent.Host;

/// <summary>Files that a reader sees whole or not at all.</summary>
internal static class AtomicFile
{
    /// <summary>Writes beside the file and renames. The directory is made if it is missing.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var candidate = $"{path}.{Environment.ProcessId}.new";
        File.WriteAllBytes(candidate, content);
        File.Move(candidate, path, overwrite: true);
    }
}
