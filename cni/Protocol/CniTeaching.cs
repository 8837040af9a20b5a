using System.Text;

namespace Calico.Cni.Protocol;

/// <summary>What a person sees who starts a plugin by hand.</summary>
internal static class CniTeaching
{
    public static byte[] Text(string program, IReadOnlyList<string> arguments)
    {
        var version = typeof(CniTeaching).Assembly.GetName().Version?.ToString(3) ?? "";
        var versionLine = $"{program} {version}, CNI {string.Join(", ", CniVersion.Supported)}\n";
        return Encoding.UTF8.GetBytes(arguments is ["--version" or "-v"]
            ? versionLine
            : $$"""
              {{versionLine}}
              This is a CNI plugin: a container runtime starts it, with the call in the environment
              (CNI_COMMAND, CNI_CONTAINERID, CNI_NETNS, CNI_IFNAME, CNI_ARGS, CNI_PATH) and the
              network configuration on standard input. To ask it by hand:

                echo '{"cniVersion":"{{CniVersion.Latest}}"}' | CNI_COMMAND=VERSION {{program}}

              It takes no arguments but --help and --version.

              """);
    }
}
