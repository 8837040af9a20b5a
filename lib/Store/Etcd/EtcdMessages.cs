using Google.Protobuf;

namespace Calico.Store.Etcd;

/// <summary>Our records as etcd's messages, and back.</summary>
internal static class EtcdMessages
{
    public static Protos.TxnRequest ToProto(TxnRequest request)
    {
        var message = new Protos.TxnRequest();
        foreach (var compare in request.Compares)
        {
            message.Compare.Add(new Protos.Compare
            {
                Target = Protos.Compare.Types.CompareTarget.Mod,
                Key = Bytes(compare.Key),
                ModRevision = compare.ModRevision,
            });
        }

        foreach (var operation in request.Then)
        {
            message.Success.Add(ToProto(operation));
        }

        foreach (var operation in request.Else)
        {
            message.Failure.Add(ToProto(operation));
        }

        return message;
    }

    public static TxnResult FromProto(TxnRequest request, Protos.TxnResponse response)
    {
        var revision = response.Header?.Revision ?? 0;
        var ran = response.Succeeded ? request.Then : request.Else;
        if (ran.Count != response.Responses.Count)
        {
            throw new InvalidDataException($"etcd answered {response.Responses.Count} of the {ran.Count} operations of a transaction");
        }

        var gets = new List<RangeResult>();
        for (var i = 0; i < ran.Count; i++)
        {
            if (ran[i] is StoreOp.Get)
            {
                gets.Add(new RangeResult(revision, KeyValues(response.Responses[i].ResponseRange?.Kvs ?? [])));
            }
        }

        return new TxnResult(response.Succeeded, revision, gets);
    }

    public static WatchEvent FromProto(Protos.Event change)
    {
        var keyValue = FromProto(change.Kv);
        return new WatchEvent(keyValue.Key, change.Type == Protos.Event.Types.EventType.Delete ? null : keyValue, keyValue.ModRevision);
    }

    public static List<KeyValue> KeyValues(IReadOnlyCollection<Protos.KeyValue> messages)
    {
        var keyValues = new List<KeyValue>(messages.Count);
        foreach (var message in messages)
        {
            keyValues.Add(FromProto(message));
        }

        return keyValues;
    }

    public static ByteString Bytes(string key) => ByteString.CopyFromUtf8(key);

    /// <summary>The first key of a range; etcd writes "from the very first" as a zero byte.</summary>
    public static ByteString Start(string key, bool isPrefix) => isPrefix && key.Length == 0 ? EveryKey : Bytes(key);

    /// <summary>The end (exclusive) of a range: nothing for a single key, for a prefix the key that follows all that begin with it.</summary>
    /// <param name="until">Ends the range earlier.</param>
    public static ByteString End(string key, bool isPrefix, string? until = null)
    {
        if (!isPrefix || until is not null)
        {
            return until is null ? ByteString.Empty : Bytes(until);
        }

        // UTF-8 has no byte 0xff, so the last byte can always be raised.
        var end = Bytes(key).ToByteArray();
        if (end.Length == 0)
        {
            return EveryKey;
        }

        end[^1]++;
        return UnsafeByteOperations.UnsafeWrap(end);
    }

    private static readonly ByteString EveryKey = ByteString.CopyFrom(0);

    private static Protos.RequestOp ToProto(StoreOp operation) => operation switch
    {
        StoreOp.Put put => new Protos.RequestOp
        {
            RequestPut = new Protos.PutRequest { Key = Bytes(put.Key), Value = UnsafeByteOperations.UnsafeWrap(put.Value), Lease = put.Lease },
        },
        StoreOp.Delete delete => new Protos.RequestOp
        {
            RequestDeleteRange = new Protos.DeleteRangeRequest { Key = Start(delete.Key, delete.IsPrefix), RangeEnd = End(delete.Key, delete.IsPrefix) },
        },
        StoreOp.Get get => new Protos.RequestOp
        {
            RequestRange = new Protos.RangeRequest { Key = Start(get.Key, get.IsPrefix), RangeEnd = End(get.Key, get.IsPrefix) },
        },
        _ => throw new ArgumentException($"no such operation: {operation}", nameof(operation)),
    };

    private static KeyValue FromProto(Protos.KeyValue message) => new(
        message.Key.ToStringUtf8(), message.Value.Memory, message.CreateRevision, message.ModRevision, message.Version, message.Lease);
}
