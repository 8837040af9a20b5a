using Calico.Cni.Protocol;
using Calico.Ipam.Core;
using Calico.Store;

namespace Calico.Ipam.Delegate;

/// <summary>Failures of address management in the codes of the CNI spec (1.1.0, section 2, "Error").</summary>
internal static class CniErrors
{
    public static CniException From(Exception failure, PluginRequest request)
    {
        var subject = request.ContainerId.Length > 0
            ? $"{request.Command.ToText()} of {request.IfName} in container {request.ContainerId}"
            : request.Command.ToText();
        var (code, details) = failure switch
        {
            IpamException e => (CodeOf(e.Failure), e.Details),
            StoreException { IsUnavailable: true } => (CniErrorCode.TryAgainLater, "check that etcd runs and that this node reaches it"),
            _ => (CniErrorCode.IoFailure, "the store refused the request"),
        };

        // STATUS has a code of its own for every reason why an ADD would fail.
        code = request.Command == CniCommand.Status ? CniErrorCode.NotAvailable : code;
        return new CniException(code, $"{subject} failed: {failure.Message}", details, failure);
    }

    private static CniErrorCode CodeOf(IpamFailure failure) => failure switch
    {
        IpamFailure.NotReady or IpamFailure.NoUsablePool or IpamFailure.Exhausted or IpamFailure.AddressTaken or IpamFailure.Contended => CniErrorCode.TryAgainLater,
        IpamFailure.InvalidRequest => CniErrorCode.InvalidConfiguration,
        IpamFailure.Differs => CniErrorCode.CheckFailed,
        IpamFailure.Unreadable => CniErrorCode.DecodingFailure,
        _ => CniErrorCode.Internal,
    };
}
