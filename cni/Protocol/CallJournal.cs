namespace Calico.Cni.Protocol;

/// <summary>
/// The file in which the agent writes calls that it served while etcd was away. While there is something in it, etcd does not know all of this node's pods, and
/// only the agent may answer for them.
/// </summary>
public static class CallJournal
{
    /// <param name="nodeNameFile">The file with the node's name: what agent and conf both know.</param>
    public static string Beside(string nodeNameFile) => Path.Combine(Path.GetDirectoryName(nodeNameFile) ?? "", "outage.journal");

    /// <summary>For a process that would change the store without the agent.</summary>
    /// <exception cref="CniException">Code 11: there are calls that etcd has yet to be told of.</exception>
    public static void RequireEmpty(string nodeNameFile)
    {
        var file = new FileInfo(Beside(nodeNameFile));
        if (file is { Exists: true, Length: > 0 })
        {
            throw new CniException(
                CniErrorCode.TryAgainLater,
                $"{file.FullName} holds calls that were served while etcd was away and that it has yet to be told of, so calico-agent alone may serve this node's pods",
                "start calico-agent; if this node is to be without it, move the file away and run calicoctl ipam check afterwards");
        }
    }
}
