using System.Text;
using Calico.Store.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Install;

/// <summary>
/// What the init step of the DaemonSet does: programs, certificates, kubeconfig, and the conflist last, because with it the container runtime begins to
/// call. May be repeated; what is right already is not written.
/// </summary>
/// <param name="kubeconfig">Null when no API is configured.</param>
internal sealed class Installer(CniOptions options, KubeconfigKeeper? kubeconfig, ILogger log, TimeProvider time)
{
    /// <summary>
    /// For the API to give a token: at the start of a node the way to it may come up only now, and while manifests are applied the service account and the
    /// right to its token may come after us.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(2);

    /// <exception cref="InstallException">An operator must change something.</exception>
    /// <exception cref="IOException">The host's directories cannot be written.</exception>
    /// <exception cref="KubernetesException">There is no token, and no kubeconfig of before.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // First what can be refused without a change.
        var conf = Encoding.UTF8.GetBytes(ConfTemplate.Render(options.Template, options.Values, options.ConfName));
        new BinaryInstaller(options, log).Run();
        new EtcdCertificates(options, log).Update();
        await KubeconfigAsync(cancellationToken);
        Conf(conf);
    }

    private async Task KubeconfigAsync(CancellationToken cancellationToken)
    {
        if (kubeconfig is null)
        {
            return;
        }

        var begun = time.GetTimestamp();
        while (true)
        {
            try
            {
                await kubeconfig.UpdateAsync(cancellationToken);
                return;
            }
            catch (KubernetesException e) when (time.GetElapsedTime(begun) < Patience)
            {
                InstallLog.NoToken(log, kubeconfig.Account, RetryPause.TotalSeconds, e.Message);
                await Task.Delay(RetryPause, time, cancellationToken);
            }
            catch (KubernetesException e) when (e.IsUnavailable && File.Exists(options.KubeconfigFile))
            {
                // The control plane is away while this node starts again: what it has may serve still, and the agent goes on trying.
                InstallLog.NotUpdated(log, 0, e.Message);
                return;
            }
        }
    }

    private void Conf(byte[] content)
    {
        if (options.LeavesConfToAgent && !File.Exists(options.ConfFile))
        {
            DurableFile.Update(options.PendingConfFile, content, DurableFile.Secret);
            InstallLog.ConfPending(log, options.ConfFile);
        }
        else
        {
            File.Delete(options.PendingConfFile);
            if (DurableFile.Update(options.ConfFile, content, DurableFile.Secret))
            {
                InstallLog.ConfWritten(log, options.ConfFile);
            }
        }

        if (ConfDirectory.Before(options.ConfFile) is { } other)
        {
            InstallLog.ConfShadowed(log, other, options.ConfFile);
        }
    }
}
