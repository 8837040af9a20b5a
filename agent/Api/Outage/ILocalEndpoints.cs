using Calico.Model.Resources;

namespace Calico.Agent.Api.Outage;

/// <summary>
/// What this node believes of its endpoints: what the store said last, and over it what the store has yet to be told. Policy and routes follow it.
/// Thread-safe.
/// </summary>
public interface ILocalEndpoints
{
    /// <summary>The store was read to its end, so that a new endpoint gets its policy.</summary>
    bool IsInSync { get; }

    /// <param name="key">The endpoint's key in the store.</param>
    Resource<WorkloadEndpointSpec>? Find(string key);

    /// <summary>From now on this is the endpoint, whatever the store says.</summary>
    void Show(JournalEntry added);

    /// <summary>From now on the container has no endpoint, whatever the store says.</summary>
    void Hide(JournalEntry deleted);

    /// <summary>The store knows: from <paramref name="revision"/> on its word counts again.</summary>
    void Confirm(JournalEntry told, long revision);
}
