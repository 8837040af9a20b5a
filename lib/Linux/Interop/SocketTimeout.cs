namespace Calico.Linux.Interop;

/// <summary>struct timeval for SO_RCVTIMEO and SO_SNDTIMEO.</summary>
internal static class SocketTimeout
{
    internal static byte[] FromSeconds(int seconds)
    {
        var timeval = new byte[16];
        BitConverter.TryWriteBytes(timeval, (long)seconds);
        return timeval;
    }
}
