using System.Net.Sockets;

namespace Calico.Agent.Api;

/// <summary>Opens the listening socket: one owner at a time, for root alone.</summary>
internal static class AgentSocket
{
    private const int Backlog = 512;
    private const UnixFileMode SocketMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode DirectoryMode = SocketMode | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <exception cref="IOException">Another agent listens, or the path cannot be used; the message says which.</exception>
    public static Socket Listen(string path)
    {
        var endPoint = EndPoint(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!, DirectoryMode);
            RemoveStale(path, endPoint);
            socket.Bind(endPoint);

            // Nobody can connect before listen(2), so the mode is right from the first connection on.
            File.SetUnixFileMode(path, SocketMode);
            socket.Listen(Backlog);
            return socket;
        }
        catch (Exception e) when (e is SocketException or UnauthorizedAccessException)
        {
            socket.Dispose();
            throw new IOException($"cannot listen on the agent's socket {path}: {e.Message}", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static UnixDomainSocketEndPoint EndPoint(string path)
    {
        try
        {
            return new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentException e)
        {
            throw new IOException($"'{path}' cannot be the agent's socket: a socket's path has 1 to 107 bytes", e);
        }
    }

    /// <summary>An agent that was killed leaves its file behind, and bind(2) refuses a path that exists.</summary>
    private static void RemoveStale(string path, UnixDomainSocketEndPoint endPoint)
    {
        var file = new FileInfo(path);
        if (!file.Exists && file.LinkTarget is null)
        {
            return;
        }

        // connect(2) says "refused" of a regular file too, so what holds text or points elsewhere is not ours to delete.
        if (file.LinkTarget is not null || file.Length > 0)
        {
            throw new IOException($"cannot listen on the agent's socket {path}: a file that is no socket has this name");
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            probe.Connect(endPoint);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            file.Delete();
            return;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock)
        {
            // A full queue: somebody listens.
        }

        throw new IOException($"cannot listen on the agent's socket {path}: another calico-agent listens there; stop it first");
    }
}
