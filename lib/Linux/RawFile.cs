using System.Text;
using Calico.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Calico.Linux;

/// <summary>
/// Whole small files and descriptors by plain system calls. For <c>/proc</c>, where one write is one transaction, and for <c>calico</c>,
/// whose start-up cannot afford the framework's streams.
/// </summary>
public static class RawFile
{
    public const int StandardInput = 0;
    public const int StandardOutput = 1;
    public const int StandardError = 2;

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string ReadText(string path)
    {
        using var file = OpenHandle(path, Libc.ReadOnly, 0);
        return Encoding.UTF8.GetString(ReadToEnd((int)file.DangerousGetHandle(), int.MaxValue));
    }

    /// <summary>Writes to an existing file in one system call.</summary>
    public static void Write(string path, string text)
    {
        using var file = OpenHandle(path, Libc.WriteOnly | Libc.Truncate, 0);
        WriteAll((int)file.DangerousGetHandle(), Encoding.UTF8.GetBytes(text), path);
    }

    /// <summary>Reads a descriptor until its end.</summary>
    /// <exception cref="IOException">It fails, or holds more than <paramref name="limit"/> octets.</exception>
    public static byte[] ReadToEnd(int fd, int limit)
    {
        var buffer = new byte[4096];
        var length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, length * 2);
            }

            var count = (int)Libc.Read(fd, buffer.AsSpan(length), (nuint)(buffer.Length - length));
            if (count < 0 && Errno.Last != Errno.Interrupted)
            {
                throw Errno.Failure($"read from descriptor {fd}");
            }

            if (count == 0)
            {
                return buffer.AsSpan(0, length).ToArray();
            }

            length += Math.Max(count, 0);
            if (length > limit)
            {
                throw new IOException($"descriptor {fd} holds more than {limit} octets");
            }
        }
    }

    public static void WriteAll(int fd, ReadOnlySpan<byte> octets, string name)
    {
        while (!octets.IsEmpty)
        {
            var count = (int)Libc.Write(fd, octets, (nuint)octets.Length);
            if (count >= 0)
            {
                octets = octets[count..];
            }
            else if (Errno.Last != Errno.Interrupted)
            {
                throw Errno.Failure($"write to {name}");
            }
        }
    }

    internal static SafeFileHandle OpenHandle(string path, int flags, int mode)
    {
        var fd = Libc.Open(path, flags | Libc.CloseOnExec, mode);
        return fd < 0 ? throw Errno.Failure($"open {path}") : new SafeFileHandle(fd, ownsHandle: true);
    }
}
