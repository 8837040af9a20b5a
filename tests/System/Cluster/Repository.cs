namespace Calico.Tests.System.Cluster;

/// <summary>Where the sources are, so that a test finds manifests, images and the rig.</summary>
internal static class Repository
{
    /// <summary>The directory with the solution.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var directory = AppContext.BaseDirectory; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (File.Exists(Path.Combine(directory, "Calico.Cni.sln")))
            {
                return directory;
            }
        }

        throw new InvalidOperationException($"no Calico.Cni.sln above {AppContext.BaseDirectory}");
    }
}
