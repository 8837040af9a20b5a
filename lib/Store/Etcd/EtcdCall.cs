using Calico.Store.Etcd.Grpc;
using Google.Protobuf;

namespace Calico.Store.Etcd;

/// <summary>One call, ready to be sent to any endpoint.</summary>
/// <param name="Attempted">What is done to which key, for messages.</param>
/// <param name="IsRepeatable">Whether doing it twice does no harm, so that it may be sent again after an attempt whose outcome is unknown.</param>
internal sealed record EtcdCall<TResponse>(string Attempted, GrpcMethod<TResponse> Method, byte[] Frame, bool IsRepeatable)
    where TResponse : class, IMessage<TResponse>
{
    public EtcdCall(string attempted, GrpcMethod<TResponse> method, IMessage request, bool isRepeatable)
        : this(attempted, method, GrpcFrame.Write(request), isRepeatable)
    {
    }
}
