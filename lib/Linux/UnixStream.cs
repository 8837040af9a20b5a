using System.Text;
using Calico.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Calico.Linux;

/// <summary>A connection to a Unix stream socket by plain system calls, each with a deadline.</summary>
public sealed class UnixStream : IDisposable
{
    private const int MaxPathLength = 107; // sockaddr_un.sun_path with its terminating zero
    private readonly SafeFileHandle _socket;
    private readonly string _path;

    private UnixStream(SafeFileHandle socket, string path)
    {
        _socket = socket;
        _path = path;
    }

    /// <param name="deadlineSeconds">For the connection and for each transfer.</param>
    /// <exception cref="FileNotFoundException">There is no such socket.</exception>
    /// <exception cref="IOException">Nobody listens on it, or the path is too long.</exception>
    public static UnixStream Connect(string path, int deadlineSeconds)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Encoding.UTF8.GetByteCount(path) > MaxPathLength)
        {
            throw new IOException($"the path of socket {path} is longer than {MaxPathLength} octets");
        }

        var fd = Libc.Socket(Libc.AddressFamilyUnix, Libc.SocketStream | Libc.SocketCloseOnExec, 0);
        if (fd < 0)
        {
            throw Errno.Failure("open a Unix socket");
        }

        var stream = new UnixStream(new SafeFileHandle(fd, ownsHandle: true), path);
        try
        {
            stream.ConnectTo(deadlineSeconds);
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <exception cref="IOException">The other side is gone, or took nothing until the deadline.</exception>
    public void Write(ReadOnlySpan<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            var count = (int)Libc.Send(_socket, octets, (nuint)octets.Length, Libc.MessageNoSignal);
            if (count >= 0)
            {
                octets = octets[count..];
            }
            else if (Errno.Last != Errno.Interrupted)
            {
                throw Errno.Failure($"write to socket {_path}");
            }
        }
    }

    /// <summary>Fills <paramref name="destination"/>.</summary>
    /// <exception cref="IOException">The connection ended, or nothing came until the deadline.</exception>
    public void ReadExactly(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            var count = (int)Libc.Receive(_socket, destination, (nuint)destination.Length, 0);
            if (count == 0)
            {
                throw new EndOfStreamException($"read from socket {_path}: the other side ended the connection");
            }

            if (count > 0)
            {
                destination = destination[count..];
            }
            else if (Errno.Last != Errno.Interrupted)
            {
                throw Errno.Failure($"read from socket {_path}");
            }
        }
    }

    private void ConnectTo(int deadlineSeconds)
    {
        var timeout = SocketTimeout.FromSeconds(deadlineSeconds);
        _ = Libc.SetSocketOption(_socket, Libc.LevelSocket, Libc.OptionSendTimeout, timeout, (uint)timeout.Length);
        _ = Libc.SetSocketOption(_socket, Libc.LevelSocket, Libc.OptionReceiveTimeout, timeout, (uint)timeout.Length);
        Span<byte> address = stackalloc byte[2 + MaxPathLength + 1];
        address.Clear();
        address[0] = Libc.AddressFamilyUnix;
        var length = Encoding.UTF8.GetBytes(_path, address[2..]);
        if (Libc.Connect(_socket, address, (uint)(2 + length + 1)) != 0)
        {
            throw Errno.Failure($"connect to socket {_path}");
        }
    }
}
