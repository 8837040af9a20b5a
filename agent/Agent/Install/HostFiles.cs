using Calico.Store.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Install;

/// <summary>The files on the host while the agent runs: certificates and kubeconfig as they should be, and the conflist when the agent is ready.</summary>
/// <param name="kubeconfig">Null when no API is configured.</param>
internal sealed class HostFiles(CniOptions options, KubeconfigKeeper? kubeconfig, ILogger log, TimeProvider time)
{
    /// <summary>A few small files are read and compared. Mounted Secrets change by exchanged links, of which a watch on the files hears nothing.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private readonly EtcdCertificates _certificates = new(options, log);

    /// <summary>Keeps the files until it is cancelled. What fails is tried again; the files stay as they are meanwhile.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var pause = Pause;
        while (true)
        {
            pause = await UpdateAsync(pause, cancellationToken) ? Pause : Longer(pause);
            await Task.Delay(pause, time, cancellationToken);
        }
    }

    /// <summary>Lets the runtime have the conflist that the init step made ready.</summary>
    public void Publish()
    {
        if (File.Exists(options.PendingConfFile))
        {
            File.Move(options.PendingConfFile, options.ConfFile, overwrite: true);
            InstallLog.ConfWritten(log, options.ConfFile);
        }
    }

    private async Task<bool> UpdateAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        try
        {
            _certificates.Update();
            if (kubeconfig is not null)
            {
                await kubeconfig.UpdateAsync(cancellationToken);
            }

            return true;
        }
        catch (KubernetesException e)
        {
            InstallLog.NoToken(log, kubeconfig!.Account, Longer(pause).TotalSeconds, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            InstallLog.NotUpdated(log, Longer(pause).TotalSeconds, e.Message);
        }

        return false;
    }

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < LongestPause ? pause * 2 : LongestPause;
}
