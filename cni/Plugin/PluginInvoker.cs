using System.Text;
using Calico.Cni.Protocol;
using Calico.Linux;

namespace Calico.Cni.Plugin;

/// <summary>
/// Executes another plugin as the CNI spec delegates (section 4): found by type in CNI_PATH, with the environment of the call, the conf on
/// its standard input, its result or error object on its standard output.
/// </summary>
/// <param name="environment">Of this process; what is not CNI's is handed on as it is.</param>
internal sealed class PluginInvoker(IReadOnlyDictionary<string, string> environment)
{
    private const string CniPrefix = "CNI_";

    /// <summary>Tells calico-ipam to end with us: a commit after our death would come after the clean-up too.</summary>
    private const string ParentVariable = "CALICO_PARENT_PID";

    private const int MaxQuote = 2000;
    private const int DeadlineSeconds = 60;

    /// <summary>The executable's path; null if no directory of CNI_PATH has it.</summary>
    /// <exception cref="CniException">Code 7: the type is no name of a plugin.</exception>
    internal static string? Find(string type, PluginRequest request)
    {
        if (type.Length == 0 || type.Contains('/'))
        {
            throw new CniException(CniErrorCode.InvalidConfiguration, $"ipam.type is '{type}', which is not the name of a plugin");
        }

        foreach (var directory in request.Path.Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            var path = $"{directory}/{type}";
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }

    /// <param name="meanwhile">Done while the plugin works.</param>
    /// <returns>The plugin's result; null for the verbs that have none.</returns>
    /// <exception cref="CniException">The plugin's own error; or 7: it is in none of the directories; 11: it did not end; 5: it could not be run.</exception>
    internal CniResult? Invoke(string type, PluginRequest request, Action? meanwhile)
    {
        var program = Find(type, request) ?? throw new CniException(
            CniErrorCode.InvalidConfiguration,
            $"IPAM plugin {type} is in none of the directories of CNI_PATH ({request.Path})",
            $"install {type}, or correct ipam.type");
        return Read(type, request, SpawnedProcess.Run(program, [], Environment(request), request.Conf, TimeSpan.FromSeconds(DeadlineSeconds), meanwhile));
    }

    private static CniResult? Read(string type, PluginRequest request, SpawnResult ended)
    {
        if (ended.TimedOut)
        {
            throw new CniException(
                CniErrorCode.TryAgainLater,
                $"IPAM plugin {type} did not end {request.Command.ToText()} within {DeadlineSeconds} s and was killed",
                Quote(ended.Errors));
        }

        if (ended.ExitCode != 0)
        {
            throw ReadError(type, request, ended);
        }

        return request.Command == CniCommand.Add ? CniResultReader.Read(ended.Output.Span) : null;
    }

    private static CniException ReadError(string type, PluginRequest request, SpawnResult ended)
    {
        try
        {
            return CniErrorReader.Read(ended.Output.Span);
        }
        catch (CniException)
        {
            return new CniException(
                CniErrorCode.Internal,
                $"IPAM plugin {type} ended {request.Command.ToText()} with exit code {ended.ExitCode} and no error object",
                Quote(ended.Errors.Length > 0 ? ended.Errors : ended.Output));
        }
    }

    private static string Quote(ReadOnlyMemory<byte> text) => Encoding.UTF8.GetString(text.Span[..Math.Min(text.Length, MaxQuote)]).Trim();

    private List<string> Environment(PluginRequest request)
    {
        var variables = new List<string>(environment.Count + 7)
        {
            $"CNI_COMMAND={request.Command.ToText()}",
            $"CNI_CONTAINERID={request.ContainerId}",
            $"CNI_NETNS={request.NetNs}",
            $"CNI_IFNAME={request.IfName}",
            $"CNI_ARGS={request.Args}",
            $"CNI_PATH={request.Path}",
            $"{ParentVariable}={System.Environment.ProcessId}",
        };
        foreach (var (name, value) in environment)
        {
            if (!name.StartsWith(CniPrefix, StringComparison.Ordinal))
            {
                variables.Add($"{name}={value}");
            }
        }

        return variables;
    }
}
