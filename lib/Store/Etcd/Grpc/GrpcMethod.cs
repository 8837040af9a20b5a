using Google.Protobuf;

namespace Calico.Store.Etcd.Grpc;

/// <summary>A method of etcd: its path, and how its answer is read.</summary>
internal sealed record GrpcMethod<TResponse>(string Path, MessageParser<TResponse> Parser)
    where TResponse : class, IMessage<TResponse>;
