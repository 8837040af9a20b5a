using System.Net.Sockets;
using Calico.Store.Etcd.Grpc;

namespace Calico.Store.Etcd;

/// <summary>What an error of etcd means to the caller. The texts are etcd's own (api/v3rpc/rpctypes), which are part of its API: clients tell errors apart by them.</summary>
internal static class EtcdErrors
{
    /// <summary>The token is unknown, outdated or missing: another one may help.</summary>
    public static bool IsTokenRejected(GrpcStatus status) =>
        status.Code == GrpcStatusCode.Unauthenticated
        || (status.Code == GrpcStatusCode.InvalidArgument
            && (Says(status, "user name is empty") || Says(status, "revision of auth store is old") || Says(status, "revision in header is old")));

    /// <summary>The server refused before doing anything: the call may be repeated, whatever it was.</summary>
    public static bool IsRefused(GrpcStatus status) =>
        (status.Code == GrpcStatusCode.Unavailable && Says(status, "etcdserver: no leader"))
        || (status.Code == GrpcStatusCode.ResourceExhausted && Says(status, "too many requests"));

    /// <summary>The server could not do it now; whether it did is unknown unless <see cref="IsRefused"/>.</summary>
    public static bool IsUnavailable(GrpcStatus status) =>
        IsRefused(status) || status.Code is GrpcStatusCode.Unavailable or GrpcStatusCode.DeadlineExceeded or GrpcStatusCode.Cancelled;

    /// <summary>The user may not do this, however often it is tried.</summary>
    public static bool IsDenied(GrpcStatus status) => status.Code is GrpcStatusCode.PermissionDenied or GrpcStatusCode.Unimplemented;

    public static StoreException ToException(string attempted, Uri endpoint, GrpcException e)
    {
        var message = $"{attempted} failed at {Name(endpoint)}: {e.Status}{Advice(e.Status)}";
        return e.Status.Code == GrpcStatusCode.OutOfRange && Says(e.Status, "compacted")
            ? new StoreCompactedException(message, e)
            : new StoreException(message, e) { IsUnavailable = IsUnavailable(e.Status) };
    }

    /// <summary>The shortest text that says what is wrong with a connection.</summary>
    public static string Reason(Exception e)
    {
        for (var inner = e; inner is not null; inner = inner.InnerException)
        {
            if (inner is SocketException or StoreException or GrpcException)
            {
                return inner.Message;
            }

            if (inner is ObjectDisposedException)
            {
                return "the server closed the connection at once; does it ask for TLS, or for a client certificate of another authority?";
            }
        }

        return e.GetBaseException().Message;
    }

    /// <summary>An endpoint as it stands in messages.</summary>
    public static string Name(Uri endpoint) => endpoint.GetLeftPart(UriPartial.Authority);

    private static bool Says(GrpcStatus status, string text) => status.Message.Contains(text, StringComparison.Ordinal);

    private static string Advice(GrpcStatus status) => status switch
    {
        { Code: GrpcStatusCode.ResourceExhausted } when Says(status, "database space exceeded") => "; compact and defragment etcd, then disarm its alarm",
        { Code: GrpcStatusCode.PermissionDenied } => "; the etcd user needs a role that may read and write /calico/",
        { Code: GrpcStatusCode.InvalidArgument } when Says(status, "authentication failed") => "; check the etcd user name and password",
        { Code: GrpcStatusCode.InvalidArgument } when Says(status, "user name is empty") => "; etcd asks for a user name and password",
        _ => "",
    };
}
