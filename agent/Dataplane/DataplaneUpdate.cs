using Calico.Agent.Calc.Messages;

namespace Calico.Agent.Dataplane;

/// <summary>What changed since the last update was taken.</summary>
/// <param name="Revision">Of the datastore: everything up to it is in this update or in one before.</param>
/// <param name="Since">When the first of the changes became known, as a timestamp of the clock.</param>
public sealed record DataplaneUpdate(IReadOnlyList<DataplaneMessage> Messages, long Revision, long Since)
{
    /// <summary>Added to a number of <see cref="Local"/> where a revision is expected; no datastore gets that far.</summary>
    public const long LocalBase = 1L << 62;

    /// <summary>As <see cref="Revision"/>, of the changes that the datastore has yet to be told: how many of them are in this update or in one before.</summary>
    public long Local { get; init; }
}
