using Calico.Agent.Options;
using Calico.Agent.Purge;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Install;

/// <summary>
/// Takes everything of ours off this node when Calico is deleted from the cluster: first the conflist, so that no runtime calls us any more, then what
/// <c>calico-agent purge</c> takes, then the files that only other programs of ours read.
/// </summary>
internal sealed class Uninstaller(AgentOptions options, ILogger log, TimeProvider time)
{
    /// <summary>Below the 30 s that the kubelet usually gives.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(25);

    /// <param name="isEtcdGone">Asked at the end: whether the data of the cluster's own etcd may go too.</param>
    public async Task RunAsync(Func<Task<bool>> isEtcdGone)
    {
        var begun = time.GetTimestamp();
        using var deadline = new CancellationTokenSource(Deadline, time);
        if (options.Cni is { } cni)
        {
            Remove(cni.ConfFile);
            Remove(cni.PendingConfFile);
        }

        await PurgeAsync(deadline.Token);
        if (options.Cni is { } files)
        {
            RemoveFiles(files);
        }

        if (await isEtcdGone())
        {
            RemoveTree(Path.Combine(options.LibraryDirectory, "etcd"));
        }

        RemoveIfEmpty(options.RunDirectory);
        RemoveIfEmpty(options.LibraryDirectory);
        InstallLog.Uninstalled(log, time.GetElapsedTime(begun).TotalSeconds);
    }

    private async Task PurgeAsync(CancellationToken cancellationToken)
    {
        try
        {
            var purge = new PurgeOptions(options.RunDirectory, options.LibraryDirectory, options.InterfacePrefixes, DryRun: false);
            var report = await new HostPurge(purge, log, time).RunAsync(cancellationToken);
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

    private void RemoveFiles(CniOptions cni)
    {
        Remove(cni.KubeconfigFile);
        RemoveTree(cni.TlsDirectory);
        foreach (var name in new InstallRecord(cni.RecordFile).Names)
        {
            Remove(Path.Combine(cni.BinDirectory, name));
        }

        Remove(cni.RecordFile);
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
