namespace Calico.Linux.Interop;

/// <summary>A pipe whose ends are not inherited unless they are duplicated.</summary>
internal sealed class Pipe : IDisposable
{
    private const int Closed = -1;

    internal Pipe()
    {
        Span<int> ends = stackalloc int[2];
        if (Libc.Pipe(ends, Libc.CloseOnExec) != 0)
        {
            throw Errno.Failure("open a pipe");
        }

        (ReadEnd, WriteEnd) = (ends[0], ends[1]);
    }

    internal int ReadEnd { get; private set; }

    internal int WriteEnd { get; private set; }

    internal void CloseReadEnd() => ReadEnd = Close(ReadEnd);

    internal void CloseWriteEnd() => WriteEnd = Close(WriteEnd);

    public void Dispose()
    {
        CloseReadEnd();
        CloseWriteEnd();
    }

    private static int Close(int fd)
    {
        if (fd != Closed)
        {
            _ = Libc.Close(fd);
        }

        return Closed;
    }
}
