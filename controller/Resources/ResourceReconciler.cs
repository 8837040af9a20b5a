using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Calico.Controller.Events;
using Calico.Controller.Queue;
using Calico.Controller.Reconciling;
using Calico.Model;
using Calico.Model.Json;
using Calico.Model.Resources;
using Calico.Policy.Compiled;
using Calico.Policy.Validation;
using Calico.Store;
using Calico.Store.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Calico.Controller.Resources;

/// <summary>Keeps the objects of <c>projectcalico.org/v3</c> the same in Kubernetes and in the datastore. A key is the plural of a kind.</summary>
internal sealed class ResourceReconciler : IReconciler
{
    public static readonly ReconcilerKind Kind = new(
        "resources", "keeps objects of projectcalico.org/v3 the same in Kubernetes and etcd", context => new ResourceReconciler(context));

    private static readonly TimeSpan LookPause = TimeSpan.FromSeconds(1);

    private readonly ControllerContext _context;
    private readonly ILogger _log;
    private readonly EventRecorder _events;
    private readonly ImmutableDictionary<string, KindMirror> _mirrors;
    private bool _hasSeenDatastore;

    public ResourceReconciler(ControllerContext context)
    {
        _context = context;
        _log = context.Logs.CreateLogger(Name);
        _events = new EventRecorder(context.Api, _log, context.Time);
        _mirrors = SyncedKinds.All.ToImmutableDictionary(kind => kind.Stored.Plural, kind => new KindMirror(kind, context.Store, context.Api, _log, context.Time));
    }

    public string Name => "resources";

    public bool IsInSync => _mirrors.Values.All(mirror => mirror.IsInSync || mirror.IsAbsent);

    public async Task FollowAsync(WorkQueue queue, CancellationToken cancellationToken)
    {
        using var running = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Ending.FirstOfAsync(
            [.. _mirrors.Select(mirror => mirror.Value.FollowAsync(() => queue.Add(mirror.Key), running.Token)), AwaitDatastoreAsync(queue, running.Token)], running);
    }

    public Task AuditAsync(WorkQueue queue, CancellationToken cancellationToken)
    {
        foreach (var kind in _mirrors.Keys)
        {
            queue.Add(kind);
        }

        return Task.CompletedTask;
    }

    public async Task ReconcileAsync(string key, CancellationToken cancellationToken)
    {
        var mirror = _mirrors[key];
        if (!mirror.IsInSync)
        {
            return;
        }

        // First what was told, then the definition: objects that vanished with it are seen to have done so.
        var (kubernetes, stored) = mirror.Snapshot();
        var definition = await _context.Api.ReadAsync(KubernetesKinds.CustomResourceDefinitions, "", mirror.Kind.Definition, cancellationToken);
        if (definition is null || definition.Metadata.DeletionTimestamp is not null)
        {
            return;
        }

        if (await DatastoreAsync(cancellationToken) is not { } datastore)
        {
            return; // AwaitDatastoreAsync asks again
        }

        var sync = new SyncContext(datastore, definition.Metadata.Uid);
        var plan = new SyncPlan(sync, mirror.Kind.HasTierNames, IsPermanent(mirror.Kind), (side, former) => Validate(mirror.Kind, side, former, stored)).Plan(kubernetes, stored);
        await DoAllAsync(plan, new SyncActions(mirror, sync, _context.Store, _context.Api, _events, _log), mirror.Kind, cancellationToken);
    }

    /// <summary>One step that fails does not stop the others; that one failed is what the key is tried again for.</summary>
    private async Task DoAllAsync(ImmutableArray<SyncAction> plan, SyncActions actions, SyncedKind kind, CancellationToken cancellationToken)
    {
        var failures = new List<Exception>();
        foreach (var action in plan)
        {
            try
            {
                await actions.DoAsync(action, cancellationToken);
            }
            catch (KubernetesException e) when (action is SyncAction.WriteKubernetes { From: var from } && e.StatusCode is 400 or 404 or 422)
            {
                // The schema does not take it, or its namespace is gone. Trying again changes nothing until one of them changes.
                ResourceLog.NotShown(_log, kind.Stored.Kind, from.Namespace.Length > 0 ? $"{from.Namespace}/{from.Name}" : from.Name, e.Message);
            }
            catch (Exception e) when (e is KubernetesException or StoreException or SyncConflictException)
            {
                failures.Add(e);
            }
        }

        if (failures.Count > 0)
        {
            throw new AggregateException($"{failures.Count} of {plan.Length} objects of kind {kind} are not the same on both sides yet", failures);
        }
    }

    /// <summary>On a first installation the controller may be there before the first agent has made the datastore its own: that is no fault, and said once.</summary>
    private async Task AwaitDatastoreAsync(WorkQueue queue, CancellationToken cancellationToken)
    {
        var hasSaid = false;
        while (!await HasDatastoreAsync(cancellationToken))
        {
            if (!hasSaid)
            {
                hasSaid = true;
                ResourceLog.NoDatastore(_log);
            }

            await Task.Delay(LookPause, _context.Time, cancellationToken);
        }

        if (hasSaid)
        {
            await AuditAsync(queue, cancellationToken);
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
    }

    private async Task<bool> HasDatastoreAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await DatastoreAsync(cancellationToken) is not null;
        }
        catch (StoreException)
        {
            return false; // who follows the datastore tells of its troubles
        }
    }

    /// <summary>The datastore's GUID; null before it ever had one.</summary>
    /// <exception cref="StoreException">It had one and has it no more, or cannot be asked.</exception>
    private async Task<string?> DatastoreAsync(CancellationToken cancellationToken)
    {
        var key = EtcdKeys.Resource(ResourceKind.ClusterInformation, "default");
        var found = (await _context.Store.RangeAsync(new RangeRequest(key), cancellationToken)).Single;
        var information = found is null ? null : ModelJson.Read<Resource<ClusterInformationSpec>>(found.Value.Span).Spec;
        if (information?.ClusterGuid is { Length: > 0 } guid)
        {
            _hasSeenDatastore = true;
            return guid;
        }

        return _hasSeenDatastore
            ? throw new StoreException("the datastore has lost its ClusterInformation 'default' with the GUID: restart an agent (calico-node), which creates it when it starts")
            : null;
    }

    /// <summary>The tiers that every cluster has come back when somebody deletes them.</summary>
    private static Func<string, bool> IsPermanent(SyncedKind kind) =>
        name => kind.Stored == ResourceKind.Tier && CompiledTier.WellKnown.Any(tier => tier.Name == name);

    private static IReadOnlyList<string> Validate(SyncedKind kind, KubernetesSide side, StoredSide? former, ImmutableArray<StoredSide> stored)
    {
        var errors = kind.Validate(StoredObjects.ForValidation(kind, side));
        return errors.Count == 0 && kind.Stored == ResourceKind.IpPool ? [.. CheckPool(side, former, stored)] : errors;
    }

    private static IEnumerable<string> CheckPool(KubernetesSide side, StoredSide? former, ImmutableArray<StoredSide> stored)
    {
        var others = stored.Where(other => other.Name != side.Name).Select(other => (other.Name, Pool: Pool(other.Json))).Where(other => other.Pool is not null);
        var pool = Pool(JsonElement.Parse(StoredObjects.ForValidation(SyncedKinds.All.First(kind => kind.Stored == ResourceKind.IpPool), side)));
        return pool is null
            ? []
            : SyncedKind.Texts(PoolValidator.ValidateAgainst(pool, former is null ? null : Pool(former.Json)?.Spec, others.Select(other => (other.Name, other.Pool!.Spec))));
    }

    private static Resource<IpPoolSpec>? Pool(JsonElement json)
    {
        try
        {
            return ModelJson.Read<Resource<IpPoolSpec>>(Encoding.UTF8.GetBytes(json.GetRawText()));
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
