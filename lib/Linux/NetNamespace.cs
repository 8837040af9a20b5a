using System.Runtime.ExceptionServices;
using Calico.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Calico.Linux;

/// <summary>
/// An open network namespace. Work is done inside it either on a thread made for it (<see cref="Run{T}"/>), which ends with the work, or,
/// in a program of one thread, by <see cref="Enter"/>. Never enter one on a pool thread and never await inside: what is queued from there
/// would leave pool threads in the wrong namespace.
/// </summary>
public sealed class NetNamespace : IDisposable
{
    private const string Own = "/proc/thread-self/ns/net";
    private readonly SafeFileHandle _handle;

    private NetNamespace(SafeFileHandle handle, string path)
    {
        _handle = handle;
        Path = path;
    }

    public string Path { get; }

    internal int Descriptor => (int)_handle.DangerousGetHandle();

    /// <summary>Opens a namespace by path (<c>/var/run/netns/NAME</c>, <c>/proc/PID/ns/net</c>).</summary>
    /// <exception cref="FileNotFoundException">There is no such file: the namespace is gone.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static NetNamespace Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var fd = Libc.Open(path, Libc.ReadOnly | Libc.CloseOnExec, 0);
        return fd < 0
            ? throw Errno.Failure($"open network namespace {path}")
            : new NetNamespace(new SafeFileHandle(fd, ownsHandle: true), path);
    }

    /// <summary>The calling thread's namespace.</summary>
    public static NetNamespace OpenCurrent() => Open(Own);

    public void Dispose() => _handle.Dispose();

    /// <summary>Runs <paramref name="work"/> on a new thread inside the namespace and returns its result; its exception is thrown here.</summary>
    public T Run<T>(Func<T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Join();
                result = work();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        })
        {
            IsBackground = true,
            Name = "netns",
        };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }

    public void Run(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        Run(() =>
        {
            work();
            return true;
        });
    }

    /// <summary>Moves the calling thread into the namespace until the result is disposed, on the same thread.</summary>
    public NetNamespaceScope Enter()
    {
        var home = OpenCurrent();
        try
        {
            Join();
        }
        catch
        {
            home.Dispose();
            throw;
        }

        return new NetNamespaceScope(home);
    }

    public override string ToString() => $"network namespace {Path}";

    internal void Join()
    {
        if (Libc.SetNs(_handle, Libc.CloneNewNet) != 0)
        {
            throw Errno.Last == Errno.Invalid
                ? new IOException($"{Path} is not a network namespace")
                : Errno.Failure($"enter network namespace {Path}");
        }
    }
}
