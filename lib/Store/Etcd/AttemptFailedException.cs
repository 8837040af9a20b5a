namespace Calico.Store.Etcd;

/// <summary>One endpoint did not do the call; another one may.</summary>
internal sealed class AttemptFailedException(string reason, Exception? inner) : Exception(reason, inner)
{
    /// <summary>The server may have done what was asked.</summary>
    public required bool MayHaveHappened { get; init; }

    /// <summary>The server was reached, so it is worth asking again in a moment.</summary>
    public required bool WasReached { get; init; }
}
