using Calico.Tests.Rig;
using Microsoft.Win32.SafeHandles;

namespace Calico.Tests.Bench.Spawn;

/// <summary>
/// A thread of its own that moves between the network namespaces of hosts. Never a pool thread: what is queued to the pool later would
/// run in the namespace it was left in.
/// </summary>
internal sealed class HostThread : IDisposable
{
    private readonly Dictionary<string, SafeFileHandle> _namespaces = [];

    /// <summary>Runs <paramref name="work"/> on a fresh thread and returns when it has ended; its exception becomes the caller's.</summary>
    public static void Run(Action<HostThread> work)
    {
        using var host = new HostThread();
        OwnThread.Run(() => work(host));
    }

    /// <summary>Moves the calling thread into the namespace at <paramref name="path"/>.</summary>
    public void Enter(string path)
    {
        if (!_namespaces.TryGetValue(path, out var handle))
        {
            handle = File.OpenHandle(path);
            _namespaces.Add(path, handle);
        }

        Libc.Check(Libc.SetNs((int)handle.DangerousGetHandle(), Libc.CloneNewNet), $"setns {path}");
    }

    /// <summary>Names of the interfaces of the namespace the thread is in, read without the kernel's RTNL lock.</summary>
    public static IReadOnlyList<string> Interfaces() =>
        [.. File.ReadLines("/proc/thread-self/net/dev").Skip(2).Select(line => line.Split(':', 2)[0].Trim())];

    public void Dispose()
    {
        foreach (var handle in _namespaces.Values)
        {
            handle.Dispose();
        }
    }
}
