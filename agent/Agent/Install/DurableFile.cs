namespace Calico.Agent.Install;

/// <summary>Files on the host that other programs read at any time, also after the power failed: whole, on the disk, or as they were.</summary>
internal static class DurableFile
{
    public const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public const UnixFileMode Program =
        Secret | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Writes beside the file, syncs and renames, unless the file is already so. The directory is made if it is missing.</summary>
    /// <returns>Whether it was written.</returns>
    public static bool Update(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        if (Is(path, content, mode))
        {
            return false;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var candidate = Candidate(path);
        File.Delete(candidate); // of one that was killed; its mode may be another
        using (var stream = new FileStream(candidate, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode }))
        {
            File.SetUnixFileMode(stream.SafeFileHandle, mode); // whatever the umask
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        File.Move(candidate, path, overwrite: true);
        return true;
    }

    /// <summary>Hidden, and with an ending that no container runtime takes for a network configuration.</summary>
    public static string Candidate(string path) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $".{Path.GetFileName(path)}.calico-new");

    private static bool Is(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        var info = new FileInfo(path);
        return info.Exists && info.LinkTarget is null && info.Length == content.Length && info.UnixFileMode == mode
            && content.SequenceEqual(File.ReadAllBytes(path));
    }
}
