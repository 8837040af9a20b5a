using Calico.Cni.Protocol;

namespace Calico.Cni.Plugin;

/// <summary>What a failed ADD has to take back, last done first. A step that fails itself is logged and does not stop the others.</summary>
internal sealed class Undo(CniLog log)
{
    private readonly Stack<(string What, Action Step)> _steps = new();

    internal void Add(string what, Action step) => _steps.Push((what, step));

    internal void Run()
    {
        while (_steps.TryPop(out var next))
        {
            try
            {
                next.Step();
                log.Info($"undone: {next.What}");
            }
            catch (Exception e)
            {
                // The runtime's DEL takes it back another time; the first failure is what it must hear of.
                log.Error($"cannot undo: {next.What}: {e.Message}");
            }
        }
    }
}
