using System.Globalization;

namespace Calico.Linux;

/// <summary>
/// Kernel settings under <c>/proc/sys</c>, by path with slashes (<c>net/ipv4/conf/eth0.5/forwarding</c>: names of devices may hold dots).
/// What lies under <c>net/</c> is that of the calling thread's namespace.
/// </summary>
public static class Sysctl
{
    private const string Root = "/proc/sys/";

    /// <exception cref="FileNotFoundException">The kernel has no such setting, or the device is gone.</exception>
    /// <exception cref="IOException">The value was refused, or /proc is not writable.</exception>
    public static void Write(string path, string value) => RawFile.Write(Root + path, value);

    public static void Write(string path, int value) => Write(path, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Null if the kernel has no such setting.</summary>
    public static string? Read(string path)
    {
        try
        {
            return RawFile.ReadText(Root + path).TrimEnd();
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
