using Calico.Agent.Calc.Input;
using Calico.Ctl.Resources;
using Calico.Model;
using Calico.Store;

namespace Calico.Ctl.Wait;

/// <summary>What is waited for.</summary>
/// <param name="Subject">The object; null for everything that is stored.</param>
/// <param name="Revision">The datastore's, which nodes must have.</param>
internal sealed record WaitTarget(string? Subject, long Revision)
{
    /// <exception cref="CtlException">There is no such object, or it is none that nodes program.</exception>
    public static async Task<WaitTarget> FindAsync(IKeyValueStore store, string? text, string @namespace, bool isDeleted, CancellationToken cancellationToken)
    {
        if (text is null)
        {
            return isDeleted ? throw CtlException.Usage("say which object shall be gone: KIND/NAME") : new WaitTarget(null, await RevisionAsync(store, cancellationToken));
        }

        var reference = Parse(text, @namespace);
        if (StoreUpdateReader.Deleted(ObjectKeys.Of(reference.Kind, reference.Namespace, reference.Name)) is null)
        {
            throw CtlException.Usage($"nodes program nothing for a {reference.Kind}: there is nothing to wait for");
        }

        // The revision first: what is gone when it is looked at was gone at the latest then.
        var found = await new ObjectReader(store).FindAsync(reference, null, cancellationToken);
        return (found, isDeleted) switch
        {
            ({ } stored, false) => new WaitTarget(stored.Ref.ToString(), stored.Revision),
            (null, true) => new WaitTarget(null, await RevisionAsync(store, cancellationToken)),
            (null, false) => throw CtlException.Failed($"{reference} does not exist; with --deleted that every node knows that is waited for"),
            _ => throw CtlException.Failed($"{found!.Ref} is still there: delete it first"),
        };
    }

    public static ObjectRef Parse(string text, string @namespace)
    {
        var parts = text.Split('/');
        if (parts.Length is not (2 or 3) || parts.Any(part => part.Length == 0))
        {
            throw CtlException.Usage($"'{text}' is not KIND/NAME or KIND/NAMESPACE/NAME");
        }

        var kind = Kinds.Find(parts[0]);
        return parts.Length == 3 && !kind.IsNamespaced
            ? throw CtlException.Usage($"a {kind} has no namespace: say {parts[0]}/{parts[2]}")
            : new ObjectRef(kind, !kind.IsNamespaced ? "" : parts.Length == 3 ? parts[1] : @namespace, parts[^1]);
    }

    private static async Task<long> RevisionAsync(IKeyValueStore store, CancellationToken cancellationToken) =>
        (await store.RangeAsync(new RangeRequest(EtcdKeys.IpamConfig), cancellationToken)).Revision;
}
