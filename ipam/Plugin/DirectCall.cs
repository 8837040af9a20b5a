using Calico.Cni.Protocol;
using Calico.Ipam.Core;
using Calico.Ipam.Delegate;
using Calico.Store.Etcd;

namespace Calico.Ipam.Plugin;

/// <summary>One call on a connection of its own.</summary>
internal static class DirectCall
{
    /// <summary>One read or commit; ADD makes up to three. Well below the patience of container runtimes.</summary>
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static CniResult? Run(CniCall call) => RunAsync(call).GetAwaiter().GetResult();

    private static async Task<CniResult?> RunAsync(CniCall call)
    {
        var node = NodeNameResolver.Resolve(call.Conf);
        if (call.Request.Command != CniCommand.Status)
        {
            CallJournal.RequireEmpty(call.Conf.NodeNameFile);
        }

        // Neither is disposed: the process ends with the call, and the kernel closes the connection in less time than an orderly farewell takes.
#pragma warning disable CA2000
        var store = new EtcdClient(StoreOptions(call.Conf));
        var ipam = new IpamClient(store, new IpamOptions { Deadline = Deadline, Turn = new SocketTurn(node) });
#pragma warning restore CA2000
        var pods = call.Conf.Kubernetes is { IsConfigured: true } kubernetes ? new PodsOfConf(kubernetes) : null;
        if (call.Request.Command == CniCommand.Status)
        {
            pods?.CheckToken(call.Log);
        }

        return await new IpamDelegate(ipam, node, pods).HandleAsync(call.Request, CancellationToken.None);
    }

    private static EtcdOptions StoreOptions(NetConf conf)
    {
        try
        {
            var options = EtcdOptionsParser.Parse(conf.EtcdEndpoints, conf.EtcdCaCertFile, conf.EtcdCertFile, conf.EtcdKeyFile);
            return options with { CallTimeout = CallTimeout };
        }
        catch (FormatException e)
        {
            throw new CniException(
                CniErrorCode.InvalidConfiguration, $"the conf does not say where etcd is: {e.Message}", "fields etcd_endpoints, etcd_ca_cert_file, etcd_cert_file, etcd_key_file", e);
        }
    }
}
