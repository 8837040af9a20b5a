using System.Globalization;
using System.Text.Json.Nodes;

namespace Calico.Tests.Fakes.Kubernetes;

/// <summary>The objects of a fake API server and the history of their changes. Every method is one atomic step.</summary>
internal sealed class FakeObjects(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<FakeObjectKey, JsonObject> _objects = [];
    private readonly Dictionary<FakeObjectKey, Dictionary<string, JsonObject>> _applied = [];
    private readonly List<FakeChange> _history = [];
    private readonly Dictionary<string, (long Version, List<JsonObject> Left)> _continuations = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _version = 100;
    private long _oldest = 100;
    private int _names;

    public long Version
    {
        get
        {
            lock (_lock)
            {
                return _version;
            }
        }
    }

    public JsonObject? Find(FakeObjectKey key)
    {
        lock (_lock)
        {
            return (JsonObject?)_objects.GetValueOrDefault(key)?.DeepClone();
        }
    }

    /// <summary>Changes an object of which <paramref name="change"/> gets a copy. Nothing happens if it comes out the same.</summary>
    public JsonObject Update(FakeObjectKey key, Action<JsonObject> change, bool isStatus, bool hasStatus)
    {
        lock (_lock)
        {
            var before = _objects.GetValueOrDefault(key) ?? throw FakeStatusException.NotFound($"{key}");
            var after = (JsonObject)before.DeepClone();
            change(after);
            FakeMetadata.CheckPreconditions(key, before, FakeMetadata.Of(after));
            FakeMetadata.KeepWhatIsNotOurs(before, after, isStatus, hasStatus);
            if (JsonNode.DeepEquals(before, after))
            {
                return (JsonObject)after.DeepClone();
            }

            var metadata = FakeMetadata.Of(after);
            if (!isStatus && !JsonNode.DeepEquals(FakeMetadata.SpecOf(before), FakeMetadata.SpecOf(after)))
            {
                metadata["generation"] = (metadata["generation"]?.GetValue<long>() ?? 1) + 1;
            }

            return metadata["deletionTimestamp"] is not null && FakeMetadata.IsFinal(metadata) ? Drop(key, after) : Store(key, before, after);
        }
    }

    public JsonObject Create(FakeObjectKey key, JsonObject body, bool hasStatus)
    {
        lock (_lock)
        {
            var metadata = FakeMetadata.Of(body);
            if (key.Name.Length == 0)
            {
                var prefix = metadata["generateName"]?.ToString() ?? throw new FakeStatusException(422, "Invalid", "name or generateName is required");
                key = key with { Name = string.Create(CultureInfo.InvariantCulture, $"{prefix}{++_names:x5}") };
            }

            if (_objects.ContainsKey(key))
            {
                throw new FakeStatusException(409, "AlreadyExists", $"{key} already exists");
            }

            var resource = (JsonObject)body.DeepClone();
            if (hasStatus)
            {
                resource.Remove("status");
            }

            metadata = FakeMetadata.Of(resource);
            metadata["name"] = key.Name;
            metadata["uid"] = Guid.NewGuid().ToString();
            metadata["generation"] = 1L;
            metadata["creationTimestamp"] = Now();
            if (key.Namespace.Length > 0)
            {
                metadata["namespace"] = key.Namespace;
            }

            return Store(key, null, resource);
        }
    }

    /// <summary>Server-side apply: makes or changes the object, and remembers what the manager wants of it.</summary>
    public JsonObject Apply(FakeObjectKey key, JsonObject wish, string manager, bool isForced, bool isStatus, bool hasStatus)
    {
        lock (_lock)
        {
            var owners = _applied.TryGetValue(key, out var present) ? present : _applied[key] = [];
            var others = owners.Where(owner => owner.Key != manager).ToList();
            if (!isForced && others.SelectMany(owner => FakePatches.Conflicts(wish, owner.Value).Select(path => $"conflict with \"{owner.Key}\": {path}")).ToList() is { Count: > 0 } conflicts)
            {
                throw new FakeStatusException(409, "Conflict", $"Apply failed: {string.Join(", ", conflicts)}");
            }

            var before = owners.GetValueOrDefault(manager, []);
            owners[manager] = (JsonObject)wish.DeepClone();
            if (!_objects.ContainsKey(key) && !isStatus)
            {
                return Create(key, wish, hasStatus);
            }

            return Update(
                key,
                resource =>
                {
                    FakePatches.RemoveAbandoned(resource, before, wish, [.. others.Select(owner => owner.Value)]);
                    FakePatches.Merge(resource, wish, byType: true);
                },
                isStatus,
                hasStatus);
        }
    }

    public JsonObject Delete(FakeObjectKey key, JsonObject? preconditions)
    {
        lock (_lock)
        {
            var before = _objects.GetValueOrDefault(key) ?? throw FakeStatusException.NotFound($"{key}");
            if (preconditions is not null)
            {
                FakeMetadata.CheckPreconditions(key, before, preconditions);
            }

            var after = (JsonObject)before.DeepClone();
            if (FakeMetadata.IsFinal(FakeMetadata.Of(after)))
            {
                return Drop(key, after);
            }

            FakeMetadata.Of(after)["deletionTimestamp"] ??= Now();
            return Store(key, before, after);
        }
    }

    /// <summary>A page of the objects of a kind that the selectors match, as of the first page's version.</summary>
    public (long Version, string Continuation, List<JsonObject> Items) List(FakeObjectKey kind, Func<JsonObject, bool> matches, int limit, string continuation)
    {
        lock (_lock)
        {
            var (version, items) = (_version, new List<JsonObject>());
            if (continuation.Length > 0)
            {
                (version, items) = _continuations.Remove(continuation, out var page) ? page : throw FakeStatusException.Gone(0, _oldest);
            }
            else
            {
                items = [.. _objects.Where(entry => entry.Key.IsOf(kind) && matches(entry.Value)).Select(entry => (JsonObject)entry.Value.DeepClone())];
            }

            if (limit == 0 || items.Count <= limit)
            {
                return (version, "", items);
            }

            var next = Guid.NewGuid().ToString("N");
            _continuations[next] = (version, items[limit..]);
            return (version, next, items[..limit]);
        }
    }

    /// <summary>The changes after a version, and a task that ends when there are more.</summary>
    public (IReadOnlyList<FakeChange> Changes, long Version, Task More) After(long version)
    {
        lock (_lock)
        {
            if (version < _oldest)
            {
                throw FakeStatusException.Gone(version, _oldest);
            }

            return ([.. _history.Where(change => change.Version > version)], _version, _changed.Task);
        }
    }

    /// <summary>Forgets the history: watches from before and the next pages of lists get 410.</summary>
    public void Compact()
    {
        lock (_lock)
        {
            _history.Clear();
            _continuations.Clear();
            _oldest = _version;
        }
    }

    /// <summary>Makes watchers look again.</summary>
    public void Pulse()
    {
        lock (_lock)
        {
            Wake();
        }
    }

    private JsonObject Store(FakeObjectKey key, JsonObject? before, JsonObject after)
    {
        FakeMetadata.Of(after)["resourceVersion"] = NextVersion();
        _objects[key] = after;
        _history.Add(new FakeChange(_version, key, before, after));
        Wake();
        return (JsonObject)after.DeepClone();
    }

    private JsonObject Drop(FakeObjectKey key, JsonObject last)
    {
        FakeMetadata.Of(last)["resourceVersion"] = NextVersion();
        _objects.Remove(key);
        _applied.Remove(key);
        _history.Add(new FakeChange(_version, key, last, null));
        Wake();
        return (JsonObject)last.DeepClone();
    }

    private string NextVersion() => (++_version).ToString(CultureInfo.InvariantCulture);

    private void Wake()
    {
        var changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }

    private string Now() => time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
