using Calico.Linux.Interop;

namespace Calico.Linux;

/// <summary>
/// Ties this process's life to its parent's: when the thread that started it ends, the kernel kills it. An executable that commits on
/// behalf of its parent must not outlive it, or a clean-up after the parent's death could run before the commit.
/// </summary>
public static class ParentDeath
{
    /// <param name="expectedParent">The process ID of the parent that asked for it.</param>
    /// <returns>False if that parent is gone already: stop at once.</returns>
    public static bool Bind(int expectedParent)
    {
        if (Libc.Prctl(Libc.SetParentDeathSignal, Libc.KillSignal, 0, 0, 0) != 0)
        {
            throw Errno.Failure("bind to the parent's life");
        }

        // The parent may have died before the call, and then no signal comes.
        return Libc.GetParentPid() == expectedParent;
    }
}
