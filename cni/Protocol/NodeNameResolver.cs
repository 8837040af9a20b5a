namespace Calico.Cni.Protocol;

/// <summary>
/// The name of this node: conf <c>nodename</c>, else the file that the agent writes, else conf <c>hostname</c> (deprecated), else the host's
/// own name; always in lower case, as upstream's agents register it.
/// </summary>
public static class NodeNameResolver
{
    /// <exception cref="CniException">Code 11: the file is not there yet, so the agent has not started on this node. Code 5: it cannot be read.</exception>
    public static string Resolve(NetConf conf) => Resolve(conf, Environment.MachineName);

    internal static string Resolve(NetConf conf, string machineName)
    {
        var name = FirstNonEmpty(conf.NodeName, ReadFile(conf), conf.HostName, machineName);
        return name.Trim().ToLowerInvariant();
    }

    private static string FirstNonEmpty(params ReadOnlySpan<string> candidates)
    {
        foreach (var candidate in candidates)
        {
            if (candidate.Length > 0)
            {
                return candidate;
            }
        }

        throw new CniException(CniErrorCode.InvalidConfiguration, "this node has no name", "set nodename in the network configuration");
    }

    private static string ReadFile(NetConf conf)
    {
        if (conf.NodeName.Length > 0)
        {
            return "";
        }

        try
        {
            return File.ReadAllText(conf.NodeNameFile).Trim();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // A guessed name would file the pod under a node that does not exist.
            return conf.NodeNameFileOptional || conf.HostName.Length > 0
                ? ""
                : throw new CniException(
                    CniErrorCode.TryAgainLater,
                    $"{conf.NodeNameFile} does not exist",
                    "calico-agent writes it when it starts: check that it runs on this node, or set nodename or nodename_file_optional",
                    e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CniException(CniErrorCode.IoFailure, $"cannot read {conf.NodeNameFile}: {e.Message}", "", e);
        }
    }
}
