namespace Calico.Ipam.Core;

/// <summary>
/// Lets the processes of a node that would write the same blocks go one after the other. A courtesy and no lock: transactions are right without it, and
/// who has no turn goes all the same.
/// </summary>
public interface INodeTurn
{
    /// <summary>Waits for a turn, for a limited time; the turn ends with the disposal of what is returned, or with the process.</summary>
    /// <returns>Null: no turn was to be had, go on without.</returns>
    Task<IDisposable?> TakeAsync(CancellationToken cancellationToken);
}
