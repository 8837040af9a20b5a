namespace Calico.Store.Etcd.Grpc;

/// <summary>A server answered a call with a status other than OK.</summary>
internal sealed class GrpcException(GrpcStatus status) : Exception(status.ToString())
{
    public GrpcStatus Status { get; } = status;
}
