namespace Calico.Cni.Protocol;

/// <summary>
/// A log file that several processes append to and that is renamed when it is full: <c>cni.log</c> becomes <c>cni-TIME.log</c>, as
/// upstream's logs do. .NET cannot open a file with O_APPEND, so a writer holds the file's lock (flock) for one append; rotation happens
/// under the same lock, hence once.
/// </summary>
internal sealed class RotatingFile(string path, long maxBytes, TimeSpan maxAge, int maxCount, TimeProvider time)
{
    private const int Attempts = 1000;

    /// <summary>EWOULDBLOCK, which .NET hands on as the HResult of its "used by another process".</summary>
    private const int LockedByAnother = 11;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode DirectoryMode = OwnerOnly | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Appends the line whole, or not at all: false when the file cannot be written.</summary>
    public bool TryAppend(ReadOnlySpan<byte> line)
    {
        var spin = default(SpinWait);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            try
            {
                using var file = OpenLocked();
                if (Fits(file.Length, line.Length))
                {
                    file.Write(line);
                    return true;
                }

                Rotate(file.Length);
            }
            catch (DirectoryNotFoundException)
            {
                if (!TryCreateDirectory())
                {
                    return false;
                }
            }
            catch (IOException e) when (e.HResult == LockedByAnother)
            {
                // For some microseconds only.
                spin.SpinOnce();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
            {
                return false;
            }
        }

        return false;
    }

    private bool Fits(long length, int more) => maxBytes <= 0 || length == 0 || length + more <= maxBytes;

    private FileStream OpenLocked() => new(path, new FileStreamOptions
    {
        Mode = FileMode.Append,
        Access = FileAccess.Write,
        Share = FileShare.None,
        BufferSize = 0,
        UnixCreateMode = OwnerOnly,
    });

    /// <summary>Called with the lock on a full file. If the path already names another file, somebody rotated before we got the lock.</summary>
    private void Rotate(long lockedLength)
    {
        var current = new FileInfo(path);
        if (!current.Exists || current.Length != lockedLength)
        {
            return;
        }

        var stamp = UtcText.OfFile(time.GetUtcNow());
        File.Move(path, RotatedPrefix() + stamp + Path.GetExtension(path), overwrite: false);
        Prune();
    }

    private void Prune()
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var prefix = Path.GetFileName(RotatedPrefix());

        // The time of rotation is in the name and sorts as text; asking for a file's time would bring time zones into `calico` (UtcText).
        var oldest = Path.Combine(directory, prefix + UtcText.OfFile(time.GetUtcNow() - maxAge));
        var files = Directory.GetFiles(directory, prefix + "*" + Path.GetExtension(path));
        Array.Sort(files, StringComparer.Ordinal);
        for (var i = 0; i < files.Length; i++)
        {
            var isOneTooMany = maxCount > 0 && files.Length - i > maxCount;
            if (isOneTooMany || (maxAge > TimeSpan.Zero && string.CompareOrdinal(files[i], oldest) < 0))
            {
                File.Delete(files[i]);
            }
        }
    }

    private string RotatedPrefix() => Path.Combine(Path.GetDirectoryName(path) ?? "", Path.GetFileNameWithoutExtension(path) + "-");

    private bool TryCreateDirectory()
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!, DirectoryMode);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
