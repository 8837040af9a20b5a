using System.Collections.Immutable;
using Calico.Policy.Resources;

namespace Calico.Controller.Resources;

/// <summary>
/// Keeps the objects of one kind the same in Kubernetes and in the datastore: both sides in, the steps out. Pure. Who changed since both last agreed
/// wins; if both did, Kubernetes. What is missing on one side was deleted there if both sides once agreed on it, and is new on the other if not.
/// </summary>
/// <param name="hasTierNames">The kind is a policy: see <see cref="PolicyNames"/>.</param>
/// <param name="isPermanent">Objects that cannot be deleted, by name.</param>
/// <param name="validate">All that is wrong with an object, given its content and its counterpart in the datastore.</param>
internal sealed class SyncPlan(
    SyncContext context, bool hasTierNames, Func<string, bool> isPermanent, Func<KubernetesSide, StoredSide?, IReadOnlyList<string>> validate)
{
    private readonly ImmutableArray<SyncAction>.Builder _actions = ImmutableArray.CreateBuilder<SyncAction>();

    public ImmutableArray<SyncAction> Plan(IReadOnlyCollection<KubernetesSide> kubernetes, IReadOnlyCollection<StoredSide> stored)
    {
        var shown = stored.Where(s => !hasTierNames || !PolicyNames.IsGenerated(s.Name)).ToDictionary(s => (s.Namespace, s.Name));
        var byUid = shown.Values.Where(s => s.Link is not null).ToLookup(s => (s.Namespace, s.Link!.Uid));
        var taken = new Dictionary<(string, string), KubernetesSide>();
        foreach (var side in kubernetes.OrderBy(k => byUid.Contains((k.Namespace, k.Uid)) ? 0 : 1).ThenBy(k => k.Created).ThenBy(k => k.Name, StringComparer.Ordinal))
        {
            var linked = byUid[(side.Namespace, side.Uid)].OrderBy(s => s.Name, StringComparer.Ordinal).FirstOrDefault(s => !taken.ContainsKey((s.Namespace, s.Name)));
            var name = StoredName(side, linked, shown);
            if (!taken.TryAdd((side.Namespace, name), side))
            {
                if (linked is not null)
                {
                    // Its former self stays in force, and is not taken for deleted.
                    taken.TryAdd((linked.Namespace, linked.Name), side);
                }

                Refuse(side, linked, [$"it is the same as {taken[(side.Namespace, name)].Name} in the datastore ({name}): delete one of them"]);
                continue;
            }

            var former = linked is not null && linked.Name != name && taken.TryAdd((side.Namespace, linked.Name), side) ? linked : null;
            Decide(side, name, shown.GetValueOrDefault((side.Namespace, name)), former);
        }

        foreach (var side in shown.Values.Where(s => !taken.ContainsKey((s.Namespace, s.Name))).OrderBy(s => s.Namespace, StringComparer.Ordinal).ThenBy(s => s.Name, StringComparer.Ordinal))
        {
            DecideMissingInKubernetes(side, name => kubernetes.Any(k => k.Namespace == side.Namespace && k.Name == name));
        }

        return _actions.ToImmutable();
    }

    /// <summary>An object keeps the name it has in the datastore, until its tier changes; a name without tier is taken over where somebody stored it so.</summary>
    private string StoredName(KubernetesSide side, StoredSide? linked, Dictionary<(string, string), StoredSide> shown)
    {
        if (!hasTierNames)
        {
            return side.Name;
        }

        var tier = PolicyNames.TierOf(side.Content.Spec);
        if (linked is not null && PolicyNames.TierOf(linked.Content.Spec) == tier)
        {
            return linked.Name;
        }

        var name = PolicyNames.ToStored(side.Name, tier);
        var isBare = !shown.ContainsKey((side.Namespace, name)) && shown.TryGetValue((side.Namespace, side.Name), out var bare) && PolicyNames.TierOf(bare.Content.Spec) == tier;
        return isBare ? side.Name : name;
    }

    private void Decide(KubernetesSide kubernetes, string name, StoredSide? stored, StoredSide? former)
    {
        if (kubernetes.IsLeaving)
        {
            return;
        }

        var status = kubernetes.Status?.Datastore == context.Datastore ? kubernetes.Status : null;
        var isUnchanged = status is { KubernetesHash.Length: > 0 } && status.KubernetesHash == kubernetes.Content.Hash;
        if (stored is null && former is null)
        {
            if (isUnchanged && status!.Revision > 0 && !isPermanent(name))
            {
                _actions.Add(new SyncAction.DeleteKubernetes(kubernetes));
                return;
            }
        }
        else if (stored is not null && former is null && IsLinkedTo(stored, kubernetes))
        {
            if (stored.Content.Hash == kubernetes.Content.Hash || (isUnchanged && stored.Content.Hash == status!.StoredHash))
            {
                Say(kubernetes, Agreed(context, kubernetes.Generation, kubernetes.Content.Hash, stored));
                return;
            }

            if (isUnchanged)
            {
                _actions.Add(new SyncAction.WriteKubernetes(stored, kubernetes.Name, kubernetes));
                return;
            }
        }

        // What the datastore holds anyway needs no leave to be there.
        var isThere = stored is not null && stored.Content.Hash == kubernetes.Content.Hash;
        var errors = isThere ? [] : validate(kubernetes, stored ?? former);
        if (hasTierNames && PolicyNames.IsGenerated(kubernetes.Name))
        {
            errors = [.. errors, $"names that begin with {kubernetes.Name.Split('.')[0]}. are those of policies made from Kubernetes' own: choose another"];
        }

        if (errors.Count > 0)
        {
            Refuse(kubernetes, stored ?? former, errors);
        }
        else
        {
            _actions.Add(new SyncAction.WriteStored(kubernetes, name, stored, former));
        }
    }

    private void DecideMissingInKubernetes(StoredSide stored, Func<string, bool> isTaken)
    {
        var wasDeleted = stored.Link is { } link && link.Definition == context.Definition;
        if (wasDeleted && !isPermanent(stored.Name))
        {
            _actions.Add(new SyncAction.DeleteStored(stored));
            return;
        }

        var name = stored.Link is { Name.Length: > 0 } former ? former.Name : stored.Name;
        if (!isTaken(name))
        {
            // Otherwise the datastore has it twice, with and without tier in the name, and Kubernetes has the other one.
            _actions.Add(new SyncAction.WriteKubernetes(stored, name, null));
        }
    }

    private bool IsLinkedTo(StoredSide stored, KubernetesSide kubernetes) =>
        stored.Link is { } link && link.Uid == kubernetes.Uid && link.Definition == context.Definition && link.Name == kubernetes.Name;

    /// <summary>What an object says that is the same on both sides, as far as Kubernetes can hold it.</summary>
    public static SyncStatus Agreed(SyncContext context, long generation, string kubernetesHash, StoredSide stored) => new()
    {
        Live = true,
        Message = stored.Content.Hash == kubernetesHash
            ? ""
            : "the datastore holds fields that Kubernetes does not know; they are kept as long as this object is not changed here",
        ObservedGeneration = generation,
        Revision = stored.ModRevision,
        KubernetesHash = kubernetesHash,
        StoredHash = stored.Content.Hash,
        Datastore = context.Datastore,
    };

    /// <summary>What cannot be live says why; an earlier form of it in the datastore stays in force.</summary>
    private void Refuse(KubernetesSide kubernetes, StoredSide? stored, IReadOnlyList<string> errors) => Say(kubernetes, new SyncStatus
    {
        Message = Shorten(string.Join("; ", errors) + (stored is null ? "" : $" (revision {stored.ModRevision} of the datastore stays in force)")),
        ObservedGeneration = kubernetes.Generation,
        Revision = stored?.ModRevision ?? 0,
        KubernetesHash = kubernetes.Status?.KubernetesHash ?? "",
        StoredHash = kubernetes.Status?.StoredHash ?? "",
        Datastore = context.Datastore,
    });

    private void Say(KubernetesSide kubernetes, SyncStatus status)
    {
        if (kubernetes.Status != status)
        {
            _actions.Add(new SyncAction.WriteStatus(kubernetes, status));
        }
    }

    private static string Shorten(string message) => message.Length <= MaxMessage ? message : message[..(MaxMessage - 3)] + "...";

    private const int MaxMessage = 1000;
}
