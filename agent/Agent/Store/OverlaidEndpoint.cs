using Calico.Model.Resources;
using Calico.Store;

namespace Calico.Agent.Store;

/// <summary>What is believed of one endpoint against what the store says. Not thread-safe.</summary>
internal sealed class OverlaidEndpoint
{
    private readonly HashSet<string> _hidden = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _untold = new(StringComparer.Ordinal);
    private long _until;
    private long _storedRevision;

    /// <summary>The endpoint that counts instead of the store's; null when there is none.</summary>
    public Resource<WorkloadEndpointSpec>? Shown { get; private set; }

    /// <summary>What the store said last; null for nothing.</summary>
    public KeyValue? Stored { get; private set; }

    /// <summary>The container of the store's endpoint.</summary>
    public string? StoredContainer { get; private set; }

    /// <summary>The store's endpoint counts: nothing is shown instead, and its container is not gone.</summary>
    public bool IsStoredVisible => Shown is null && Stored is not null && !(StoredContainer is { } container && _hidden.Contains(container));

    /// <summary>The store was told everything, and has said so itself: there is nothing to lay over it any more.</summary>
    public bool IsOver => _untold.Count == 0 && (_storedRevision >= _until || (Shown is null && Stored is null));

    /// <param name="entry">Number of the journal's entry; an earlier one about the same container no longer counts.</param>
    public void Show(long entry, string container, Resource<WorkloadEndpointSpec> endpoint)
    {
        Shown = endpoint;
        _hidden.Remove(container);
        _untold[container] = entry;
    }

    public void Hide(long entry, string container)
    {
        if (Shown?.Spec.ContainerId == container)
        {
            Shown = null;
        }

        _hidden.Add(container);
        _untold[container] = entry;
    }

    public void Confirm(long entry, string container, long revision)
    {
        if (_untold.GetValueOrDefault(container) == entry)
        {
            _untold.Remove(container);
            _until = Math.Max(_until, revision);
        }
    }

    /// <summary>The store's word, null for deleted.</summary>
    public void Store(KeyValue? value, string? container, long revision)
    {
        (Stored, StoredContainer) = (value, container);
        _storedRevision = Math.Max(_storedRevision, revision);
    }

    /// <summary>All that the store held at a revision has been told.</summary>
    public void InSync(long revision) => _storedRevision = revision;
}
