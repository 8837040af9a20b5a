namespace Calico.Tests.Rig;

/// <summary>Where the published programs are.</summary>
public static class Binaries
{
    /// <summary>Debian's containernetworking-plugins.</summary>
    public const string ReferencePlugins = "/usr/lib/cni";

    public static string RepositoryRoot { get; } = FindRoot();

    public static string Directory { get; } = Path.Combine(RepositoryRoot, "artifacts", "bin");

    public static string Calico => Published("calico");

    public static string CalicoIpam => Published("calico-ipam");

    public static string Agent => Published("calico-agent");

    public static string Controller => Published("calico-controller");

    public static string Ctl => Published("calicoctl");

    private static string Published(string name)
    {
        var path = Path.Combine(Directory, name);
        return File.Exists(path)
            ? path
            : throw new InvalidOperationException($"artifacts/bin/{name} is not there; run ./build.sh --target=Publish first");
    }

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Calico.Cni.sln")))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException($"no Calico.Cni.sln above {AppContext.BaseDirectory}: run from inside the repository");
    }
}
