using Calico.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Calico.Linux.Netlink;

/// <summary>
/// One AF_NETLINK socket: batches of requests with their acknowledgements, and dumps. The framework's Socket refuses this address
/// family, so the descriptor is opened by socket(2); it belongs for good to the namespace it was opened in. Not thread-safe.
/// </summary>
internal sealed class NetlinkSocket : IDisposable
{
    internal delegate void MessageHandler(ReadOnlySpan<byte> payload);

    private const int DeadlineSeconds = 10; // the kernel answers at once or not at all
    private const int MaxDumpAttempts = 20;
    private const int RequestBufferSize = 4096;
    private const int FirstReplyBufferSize = 32 * 1024; // the largest datagram of a dump, unless one object alone is larger

    private readonly SafeFileHandle _socket;
    private byte[] _reply = GC.AllocateUninitializedArray<byte>(FirstReplyBufferSize);
    private uint _sequence;

    private NetlinkSocket(SafeFileHandle socket)
    {
        _socket = socket;
    }

    internal static NetlinkSocket Open(int protocol) => new(OpenDescriptor(protocol));

    internal static SafeFileHandle OpenDescriptor(int protocol)
    {
        var fd = Libc.Socket(Libc.AddressFamilyNetlink, Libc.SocketRaw | Libc.SocketCloseOnExec, protocol);
        if (fd < 0)
        {
            throw new NetlinkException("open a netlink socket", Errno.Last);
        }

        var handle = new SafeFileHandle(fd, ownsHandle: true);
        ReadOnlySpan<byte> on = [1, 0, 0, 0];
        SetOption(handle, NetlinkConstants.SocketLevel, NetlinkConstants.OptionExtendedAck, on);
        SetOption(handle, NetlinkConstants.SocketLevel, NetlinkConstants.OptionCapAck, on);
        SetOption(handle, NetlinkConstants.SocketLevel, NetlinkConstants.OptionStrictCheck, on);
        SetOption(handle, Libc.LevelSocket, Libc.OptionReceiveTimeout, SocketTimeout.FromSeconds(DeadlineSeconds));
        return handle;
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>
    /// Sends all requests in one system call and reads all their answers. The kernel works through them in order and goes on after a
    /// refusal, so a failed batch may be done in part.
    /// </summary>
    /// <param name="onMessage">Gets what is no acknowledgement: echoes, and the answers of gets.</param>
    /// <exception cref="NetlinkException">The first request that was refused.</exception>
    internal void Execute(ReadOnlySpan<NetlinkRequest> requests, MessageHandler? onMessage = null)
    {
        if (requests.IsEmpty)
        {
            return;
        }

        var first = _sequence + 1;
        Send(requests);
        NetlinkException? failure = null;
        var waiting = requests.Length;
        while (waiting > 0)
        {
            var reader = new NetlinkReader(Receive(requests[0]));
            while (reader.MoveNext())
            {
                var index = reader.Sequence - first;
                if (index >= requests.Length)
                {
                    continue; // an answer to an earlier call that was given up
                }

                if (reader.Type == NetlinkConstants.MessageError)
                {
                    waiting--;
                    failure ??= Refusal(ref reader, requests[(int)index]);
                }
                else
                {
                    onMessage?.Invoke(reader.Payload);
                }
            }
        }

        if (failure is not null)
        {
            throw failure;
        }
    }

    /// <summary>Reads a whole table. A table that changed meanwhile is read again, so the handler gets each object of the last reading only once.</summary>
    /// <param name="restart">Called before each reading: forget what was gathered.</param>
    internal void Dump(NetlinkRequest request, Action restart, MessageHandler onMessage)
    {
        for (var attempt = 0; attempt < MaxDumpAttempts; attempt++)
        {
            restart();
            Send([request]);
            if (ReadDump(request, onMessage))
            {
                return;
            }
        }

        throw new NetlinkException($"{request}: the table changed during each of {MaxDumpAttempts} readings", Errno.TryAgain);
    }

    private bool ReadDump(NetlinkRequest request, MessageHandler onMessage)
    {
        var consistent = true;
        while (true)
        {
            var datagram = Receive(request);
            if (datagram.IsEmpty)
            {
                consistent = false; // one datagram did not fit; the rest is read and dropped
                continue;
            }

            var reader = new NetlinkReader(datagram);
            while (reader.MoveNext())
            {
                if (reader.Sequence != _sequence)
                {
                    continue;
                }

                consistent &= (reader.Flags & NetlinkConstants.FlagDumpInterrupted) == 0;
                switch (reader.Type)
                {
                    case NetlinkConstants.MessageError:
                        throw Refusal(ref reader, request) ?? new NetlinkException($"{request}: the kernel ended the table early", 0);
                    case NetlinkConstants.MessageDone:
                        ThrowIfFailed(reader.Payload, request);
                        return consistent;
                    default:
                        onMessage(reader.Payload);
                        break;
                }
            }
        }
    }

    private static void ThrowIfFailed(ReadOnlySpan<byte> donePayload, NetlinkRequest request)
    {
        var errno = donePayload.Length >= 4 ? -BitConverter.ToInt32(donePayload) : 0;
        if (errno > 0)
        {
            throw new NetlinkException(request.ToString(), errno);
        }
    }

    /// <summary>Null if the acknowledgement is good, or tolerable for the request.</summary>
    private static NetlinkException? Refusal(ref NetlinkReader message, NetlinkRequest request)
    {
        var errno = -BitConverter.ToInt32(message.Payload);
        if (errno == 0)
        {
            return null;
        }

        var failure = new NetlinkException(request.ToString(), errno, KernelText(ref message));
        return request.AbsenceIsFine && failure.IsNotFound ? null : failure;
    }

    private static string KernelText(ref NetlinkReader message)
    {
        if ((message.Flags & NetlinkConstants.FlagAckAttributes) == 0)
        {
            return "";
        }

        // After the error number comes the request: its header alone when capped, all of it otherwise.
        var rest = message.Payload[4..];
        var requestLength = (message.Flags & NetlinkConstants.FlagCapped) != 0 ? NetlinkConstants.HeaderLength : BitConverter.ToInt32(rest);
        var attributes = new AttributeReader(rest[Math.Min((requestLength + 3) & ~3, rest.Length)..]);
        while (attributes.MoveNext())
        {
            if (attributes.Type == NetlinkConstants.ErrorText)
            {
                return attributes.Text;
            }
        }

        return "";
    }

    private void Send(ReadOnlySpan<NetlinkRequest> requests)
    {
        var writer = new NetlinkWriter(stackalloc byte[RequestBufferSize]);
        foreach (var request in requests)
        {
            request.Write(ref writer, ++_sequence);
        }

        if (Libc.Send(_socket, writer.Written, (nuint)writer.Written.Length, 0) < 0)
        {
            throw new NetlinkException(requests[0].ToString(), Errno.Last);
        }
    }

    /// <summary>One datagram; empty if it was longer than the buffer, which then has grown.</summary>
    private ReadOnlySpan<byte> Receive(NetlinkRequest request)
    {
        while (true)
        {
            var length = (int)Libc.Receive(_socket, _reply, (nuint)_reply.Length, Libc.MessageTruncate);
            if (length > _reply.Length)
            {
                _reply = GC.AllocateUninitializedArray<byte>(length * 2);
                return default;
            }

            if (length >= 0)
            {
                return _reply.AsSpan(0, length);
            }

            if (Errno.Last != Errno.Interrupted)
            {
                throw new NetlinkException(request.ToString(), Errno.Last);
            }
        }
    }

    private static void SetOption(SafeFileHandle socket, int level, int option, ReadOnlySpan<byte> value)
    {
        if (Libc.SetSocketOption(socket, level, option, value, (uint)value.Length) < 0)
        {
            var errno = Errno.Last;
            socket.Dispose();
            throw new NetlinkException($"set option {option} of a netlink socket", errno);
        }
    }
}
