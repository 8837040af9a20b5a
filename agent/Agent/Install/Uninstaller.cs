using Calico.Agent.Purge;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Install;

/// <summary>
/// Takes everything of ours off this node when Calico is deleted from the cluster: first the conflist, so that no runtime calls us any more, then what
/// <c>calico-agent purge</c> takes, then the files that only other programs of ours read.
/// </summary>
/// <param name="cni">Null when the host's CNI files are no concern of this agent.</param>
/// <param name="purge">What <c>calico-agent purge</c> does.</param>
internal sealed class Uninstaller(
    CniOptions? cni, string runDirectory, string libraryDirectory, Func<CancellationToken, Task<PurgeReport>> purge, ILogger log, TimeProvider time)
{
    /// <summary>Below the 60 s that the manifest has the kubelet give. A busy kernel takes a second for each device of a pod.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(50);

    /// <param name="isEtcdGone">Asked at the end: whether the data of the cluster's own etcd may go too.</param>
    public async Task RunAsync(Func<Task<bool>> isEtcdGone)
    {
        var begun = time.GetTimestamp();
        using var deadline = new CancellationTokenSource(Deadline, time);
        if (cni is not null)
        {
            Remove(cni.ConfFile);
            Remove(cni.PendingConfFile);
        }

        await PurgeAsync(deadline.Token);
        if (cni is not null)
        {
            RemoveFiles(cni);
        }

        if (await isEtcdGone())
        {
            RemoveTree(Path.Combine(libraryDirectory, "etcd"));
        }

        RemoveIfEmpty(runDirectory);
        RemoveIfEmpty(libraryDirectory);
        InstallLog.Uninstalled(log, time.GetElapsedTime(begun).TotalSeconds);
    }

    private async Task PurgeAsync(CancellationToken cancellationToken)
    {
        try
        {
            var report = await purge(cancellationToken);
            foreach (var what in report.Removed)
            {
                InstallLog.Removed(log, what);
            }

            foreach (var what in report.Left)
            {
                InstallLog.Left(log, what);
            }
        }
        catch (Exception e)
        {
            // What can still be removed is removed.
            InstallLog.Left(log, $"all of the kernel's: {e.Message}; run calico-agent purge");
        }
    }

    private void RemoveFiles(CniOptions files)
    {
        Remove(files.KubeconfigFile);
        RemoveTree(files.TlsDirectory);
        foreach (var name in new InstallRecord(files.RecordFile).Names)
        {
            Remove(Path.Combine(files.BinDirectory, name));
        }

        Remove(files.RecordFile);
        RemoveTree(files.LogDirectory);
    }

    private void Remove(string file) => Try(file, () =>
    {
        var isThere = File.Exists(file);
        File.Delete(file);
        return isThere;
    });

    private void RemoveTree(string directory) => Try(directory, () =>
    {
        var isThere = Directory.Exists(directory);
        if (isThere)
        {
            Directory.Delete(directory, recursive: true);
        }

        return isThere;
    });

    /// <summary>One that is mounted into our container stays, empty: the kernel does not let go of it.</summary>
    private static void RemoveIfEmpty(string directory)
    {
        try
        {
            Directory.Delete(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not empty, or a mount.
        }
    }

    private void Try(string what, Func<bool> remove)
    {
        try
        {
            if (remove())
            {
                InstallLog.Removed(log, what);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            InstallLog.Left(log, $"{what}: {e.Message}");
        }
    }
}
