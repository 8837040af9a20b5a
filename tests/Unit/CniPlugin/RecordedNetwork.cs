using Calico.Cni.Plugin;

namespace Calico.Tests.Unit.CniPlugin;

/// <summary>A kernel that writes down what it is asked, in the journal it shares with the delegate.</summary>
internal sealed class RecordedNetwork(List<string> journal) : IPodNetwork
{
    public Exception? AttachFailure { get; init; }

    /// <summary>What Disconnect finds.</summary>
    public int Device { get; init; }

    /// <summary>The names of the attachment are free.</summary>
    public bool IsFree { get; init; } = true;

    /// <summary>The kernel deletes a device at the first try.</summary>
    public bool IsDeletable { get; init; } = true;

    public IReadOnlyList<string> Found { get; init; } = [];

    public List<PodAttachment> Attached { get; } = [];

    /// <summary>Name and mark of veths on the host.</summary>
    public List<(string Name, string Mark)> Devices { get; } = [];

    public void RequireNamespace(string netNs) => journal.Add($"namespace {netNs}");

    public bool TryPrepare(PodAttachment outline)
    {
        journal.Add($"prepare {outline.HostName}");
        return IsFree;
    }

    public void Discard() => journal.Add("discard");

    public void Attach(PodAttachment attachment, Action meanwhile)
    {
        journal.Add("attach");
        Attached.Add(attachment);
        if (AttachFailure is not null)
        {
            throw AttachFailure;
        }

        meanwhile();
        journal.Add("await addresses");
    }

    public int Disconnect(string netNs, string hostName, string owner)
    {
        journal.Add($"disconnect {hostName} of {owner}");
        return Device;
    }

    public void Delete(int ifIndex) => journal.Add($"delete {ifIndex}");

    public bool TryDelete(int ifIndex)
    {
        journal.Add($"{(IsDeletable ? "delete" : "try to delete")} {ifIndex}");
        return IsDeletable;
    }

    public void Delete(PodAttachment attachment) => journal.Add($"delete {attachment.HostName}");

    public void DeleteWhere(Func<string, string, bool> isAbandoned)
    {
        foreach (var (name, _) in Devices.Where(d => isAbandoned(d.Name, d.Mark)))
        {
            journal.Add($"delete {name}");
        }
    }

    public IReadOnlyList<string> Deviations(PodAttachment expected) => Found;
}
