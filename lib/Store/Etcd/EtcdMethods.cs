using Calico.Store.Etcd.Grpc;
using Calico.Store.Etcd.Protos;
using Google.Protobuf;

namespace Calico.Store.Etcd;

/// <summary>The methods of etcd that we call.</summary>
internal static class EtcdMethods
{
    public static readonly GrpcMethod<RangeResponse> Range = Method("/etcdserverpb.KV/Range", RangeResponse.Parser);
    public static readonly GrpcMethod<TxnResponse> Txn = Method("/etcdserverpb.KV/Txn", TxnResponse.Parser);
    public static readonly GrpcMethod<WatchResponse> Watch = Method("/etcdserverpb.Watch/Watch", WatchResponse.Parser);
    public static readonly GrpcMethod<LeaseGrantResponse> LeaseGrant = Method("/etcdserverpb.Lease/LeaseGrant", LeaseGrantResponse.Parser);
    public static readonly GrpcMethod<LeaseRevokeResponse> LeaseRevoke = Method("/etcdserverpb.Lease/LeaseRevoke", LeaseRevokeResponse.Parser);
    public static readonly GrpcMethod<LeaseKeepAliveResponse> LeaseKeepAlive = Method("/etcdserverpb.Lease/LeaseKeepAlive", LeaseKeepAliveResponse.Parser);
    public static readonly GrpcMethod<AuthenticateResponse> Authenticate = Method("/etcdserverpb.Auth/Authenticate", AuthenticateResponse.Parser);

    // What etcd says beyond our .proto is dropped while reading, not kept.
    private static GrpcMethod<T> Method<T>(string path, MessageParser<T> parser)
        where T : class, IMessage<T> => new(path, parser.WithDiscardUnknownFields(true));
}
