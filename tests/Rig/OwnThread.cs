using System.Runtime.ExceptionServices;

namespace Calico.Tests.Rig;

/// <summary>A thread that ends with its work, for what must not be done to a pool thread: moving between network namespaces, binding to a processor.</summary>
public static class OwnThread
{
    /// <summary>Returns when the work has ended; its exception becomes the caller's.</summary>
    public static void Run(Action work)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                work();
            }
#pragma warning disable CA1031 // Whatever it is, it goes to the caller's thread.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }
}
