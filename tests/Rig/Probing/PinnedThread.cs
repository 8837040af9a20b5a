using System.Runtime.InteropServices;

namespace Calico.Tests.Rig.Probing;

/// <summary>Runs something on one processor, where packets between namespaces keep their order.</summary>
internal static partial class PinnedThread
{
    private const int ProcessorsOfAWord = 64;

    public static void Run(Action work) => OwnThread.Run(() =>
    {
        Pin();
        work();
    });

    private static void Pin()
    {
        var processor = GetCpu();
        var mask = new ulong[16];
        mask[processor / ProcessorsOfAWord] = 1UL << (processor % ProcessorsOfAWord);
        if (SetAffinity(0, (nuint)(mask.Length * sizeof(ulong)), mask) != 0)
        {
            throw new InvalidOperationException($"sched_setaffinity failed with errno {Marshal.GetLastPInvokeError()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "sched_getcpu")]
    private static partial int GetCpu();

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static partial int SetAffinity(int pid, nuint size, [In] ulong[] mask);
}
