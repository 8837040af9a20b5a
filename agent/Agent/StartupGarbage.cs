namespace Calico.Agent;

/// <summary>
/// Reading a whole datastore makes several times the garbage of what is kept of it, and the collector would hold on to those pages for a next time that does not come.
/// </summary>
internal sealed class StartupGarbage
{
    private bool _isGone;

    /// <summary>Once, when everything is in the kernel: a pause of some tens of milliseconds, in which nobody waits for the agent yet.</summary>
    public void GiveBack()
    {
        if (!_isGone)
        {
            _isGone = true;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }
}
