using System.Text.Json;
using Calico.Controller.Resources;
using Calico.Model.Resources;

namespace Calico.Tests.Unit.Controller.Resources;

/// <summary>Kubernetes and a datastore in memory, as far as objects of one kind are concerned.</summary>
internal sealed class TwoSides(bool hasTierNames)
{
    private const string Namespace = "shop";
    private long _revision = 1;
    private int _uid;

    public SyncContext Context { get; private set; } = new("guid-1", "definition-1");

    public Dictionary<string, KubernetesSide> Kubernetes { get; } = [];

    public Dictionary<string, StoredSide> Stored { get; } = [];

    /// <summary>Contents that the validator refuses.</summary>
    public Func<string, bool> IsInvalid { get; set; } = _ => false;

    public static SyncContent Content(string value, string tier = "") =>
        new(null, null, JsonElement.Parse(tier.Length > 0 ? $$"""{"tier":"{{tier}}","selector":"{{value}}"}""" : $$"""{"selector":"{{value}}"}"""));

    public static string Value(SyncContent content) => content.Spec.GetProperty("selector").GetString()!;

    public void Apply(string name, SyncContent content)
    {
        var known = Kubernetes.GetValueOrDefault(name);
        if (known?.Content.Hash != content.Hash)
        {
            Kubernetes[name] = known is null
                ? new KubernetesSide(Namespace, name, $"uid-{++_uid}", $"{++_revision}", 1, DateTimeOffset.UnixEpoch.AddSeconds(_uid), false, content, null)
                : known with { ResourceVersion = $"{++_revision}", Generation = known.Generation + 1, Content = content };
        }
    }

    public void Delete(string name) => Kubernetes.Remove(name);

    public void Put(string name, SyncContent content) =>
        Stored[name] = new StoredSide(Namespace, name, ++_revision, content, Stored.GetValueOrDefault(name)?.Link, default);

    public void DeleteStored(string name) => Stored.Remove(name);

    /// <summary>The definition is deleted, with all its objects, and made again.</summary>
    public void RemakeDefinition()
    {
        Kubernetes.Clear();
        Context = Context with { Definition = $"definition-{++_uid}" };
    }

    public void RemakeDatastore()
    {
        Stored.Clear();
        Context = Context with { Datastore = $"guid-{++_uid}" };
    }

    public IReadOnlyList<SyncAction> Plan() =>
        new SyncPlan(Context, hasTierNames, _ => false, (side, _) => IsInvalid(Value(side.Content)) ? ["spec.selector: is wrong"] : []).Plan(Kubernetes.Values, Stored.Values);

    /// <summary>Plans and does the first steps; -1 is all of them. Returns how many there were.</summary>
    public int Step(int most = -1)
    {
        var plan = Plan();
        foreach (var action in plan.Take(most < 0 ? plan.Count : most))
        {
            Do(action);
        }

        return plan.Count;
    }

    public bool Settle()
    {
        for (var round = 0; round < 8; round++)
        {
            if (Step() == 0)
            {
                return true;
            }
        }

        return false;
    }

    private void Do(SyncAction action)
    {
        switch (action)
        {
            case SyncAction.WriteStored write:
                if (write.Former is { } former)
                {
                    Stored.Remove(former.Name);
                }

                Stored[write.Name] = new StoredSide(
                    Namespace, write.Name, ++_revision, write.From.Content, new StoredLink(write.From.Uid, write.From.Name, Context.Definition), default);
                break;
            case SyncAction.DeleteStored delete:
                Stored.Remove(delete.Stored.Name);
                break;
            case SyncAction.WriteKubernetes { Over: { } over } write:
                Apply(write.Name, write.From.Content);
                var status = (over.Status ?? new SyncStatus()) with { KubernetesHash = write.From.Content.Hash, StoredHash = write.From.Content.Hash, Datastore = Context.Datastore };
                Kubernetes[write.Name] = Kubernetes[write.Name] with { Status = status };
                break;
            case SyncAction.WriteKubernetes write when !Kubernetes.ContainsKey(write.Name):
                Apply(write.Name, write.From.Content);
                break;
            case SyncAction.DeleteKubernetes delete:
                Kubernetes.Remove(delete.Kubernetes.Name);
                break;
            case SyncAction.WriteStatus say:
                Kubernetes[say.Kubernetes.Name] = Kubernetes[say.Kubernetes.Name] with { Status = say.Status };
                break;
            default:
                break;
        }
    }
}
