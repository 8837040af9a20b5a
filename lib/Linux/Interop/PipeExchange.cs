namespace Calico.Linux.Interop;

/// <summary>Feeds a child's input and gathers its output and errors at the same time, so that neither side waits for the other for good.</summary>
internal sealed class PipeExchange
{
    private const int ChunkSize = 4096; // no more than PIPE_BUF: a pipe that polls writable takes it without blocking
    private readonly Pipe _stdin;
    private readonly Pipe _stdout;
    private readonly Pipe _stderr;
    private readonly int _limit;
    private ReadOnlyMemory<byte> _input;

    internal PipeExchange(Pipe stdin, Pipe stdout, Pipe stderr, ReadOnlyMemory<byte> input, int limit)
    {
        (_stdin, _stdout, _stderr, _input, _limit) = (stdin, stdout, stderr, input, limit);
    }

    internal MemoryStream Output { get; } = new();

    internal MemoryStream Errors { get; } = new();

    /// <summary>Writes as much of the input as the pipe takes without waiting.</summary>
    internal void Begin()
    {
        Span<Libc.PollFd> descriptor = [new() { Fd = _stdin.WriteEnd, Events = Libc.PollOut }];
        while (!_input.IsEmpty && Libc.Poll(descriptor, 1, 0) > 0)
        {
            WriteChunk();
        }

        if (_input.IsEmpty)
        {
            _stdin.CloseWriteEnd();
        }
    }

    /// <param name="until">Tick count of the deadline.</param>
    /// <returns>False if the deadline passed, or the child said more than is sane, before it closed its output.</returns>
    internal bool Run(long until)
    {
        Span<Libc.PollFd> descriptors = stackalloc Libc.PollFd[3];
        while (_stdout.ReadEnd >= 0 || _stderr.ReadEnd >= 0)
        {
            if (_input.IsEmpty)
            {
                _stdin.CloseWriteEnd();
            }

            // poll(2) skips negative descriptors, which is what a closed end is.
            descriptors[0] = new Libc.PollFd { Fd = _stdout.ReadEnd, Events = Libc.PollIn };
            descriptors[1] = new Libc.PollFd { Fd = _stderr.ReadEnd, Events = Libc.PollIn };
            descriptors[2] = new Libc.PollFd { Fd = _stdin.WriteEnd, Events = Libc.PollOut };
            var left = until - Environment.TickCount64;
            if (left <= 0 || Output.Length + Errors.Length > _limit)
            {
                return false;
            }

            if (Libc.Poll(descriptors, 3, (int)Math.Min(left, int.MaxValue)) > 0)
            {
                Serve(descriptors);
            }
        }

        return true;
    }

    private void Serve(ReadOnlySpan<Libc.PollFd> descriptors)
    {
        if (descriptors[0].Returned != 0)
        {
            Read(_stdout, Output);
        }

        if (descriptors[1].Returned != 0)
        {
            Read(_stderr, Errors);
        }

        if (descriptors[2].Returned != 0)
        {
            WriteChunk();
        }
    }

    private void WriteChunk()
    {
        var chunk = _input.Span[..Math.Min(_input.Length, ChunkSize)];
        var written = (int)Libc.Write(_stdin.WriteEnd, chunk, (nuint)chunk.Length);
        _input = written < 0 ? default : _input[written..]; // it does not want to read: let its exit code say why
    }

    private static void Read(Pipe pipe, MemoryStream destination)
    {
        Span<byte> chunk = stackalloc byte[ChunkSize];
        var count = (int)Libc.Read(pipe.ReadEnd, chunk, ChunkSize);
        if (count > 0)
        {
            destination.Write(chunk[..count]);
        }
        else
        {
            pipe.CloseReadEnd();
        }
    }
}
