namespace Calico.Cni.Protocol;

/// <summary>The environment variables of a call, checked as the spec's table for the verb says (CNI spec 1.1.0, section 2).</summary>
internal static class CniEnvironment
{
    public const string Command = "CNI_COMMAND";
    public const string ContainerId = "CNI_CONTAINERID";
    public const string NetNs = "CNI_NETNS";
    public const string IfName = "CNI_IFNAME";
    public const string Args = "CNI_ARGS";
    public const string Path = "CNI_PATH";

    /// <summary>Was this process started as a plugin at all?</summary>
    public static bool IsPluginCall(IReadOnlyDictionary<string, string> variables) =>
        Has(variables, Command) || Has(variables, ContainerId) || Has(variables, NetNs) || Has(variables, IfName);

    /// <exception cref="CniException">Code 4: variables are missing or malformed; all of them are named.</exception>
    public static PluginRequest Read(IReadOnlyDictionary<string, string> variables)
    {
        var text = Get(variables, Command);
        if (text.Length == 0)
        {
            throw Invalid($"{Command} is not set");
        }

        if (!CniCommandText.TryParse(text, out var command))
        {
            throw Invalid($"{Command} is '{text}', which is not a verb of CNI {CniVersion.Latest}");
        }

        RequireAll(variables, command);
        var request = new PluginRequest(
            command,
            Get(variables, ContainerId),
            Get(variables, NetNs),
            Get(variables, IfName),
            Get(variables, Args),
            Get(variables, Path),
            default);
        RequireWellFormed(request);
        return request;
    }

    private static void RequireAll(IReadOnlyDictionary<string, string> variables, CniCommand command)
    {
        ReadOnlySpan<string> required = command switch
        {
            CniCommand.Add or CniCommand.Check => [ContainerId, NetNs, IfName],
            CniCommand.Del => [ContainerId, IfName],
            CniCommand.Gc => [Path],
            _ => [],
        };
        var missing = new List<string>();
        foreach (var name in required)
        {
            if (!Has(variables, name))
            {
                missing.Add(name);
            }
        }

        if (missing.Count > 0)
        {
            throw Invalid($"{command.ToText()} needs {string.Join(", ", missing)}, which {(missing.Count == 1 ? "is" : "are")} not set");
        }
    }

    private static void RequireWellFormed(PluginRequest request)
    {
        if (request.ContainerId.Length > 0 && !CniNames.IsContainerId(request.ContainerId))
        {
            throw Invalid(
                $"{ContainerId} is '{request.ContainerId}', which is not a container ID",
                "it starts with a letter or digit and goes on with letters, digits, '_', '.' and '-'");
        }

        if (request.IfName.Length > 0 && !CniNames.IsInterfaceName(request.IfName))
        {
            throw Invalid(
                $"{IfName} is '{request.IfName}', which is not an interface name",
                $"it has 1 to {CniNames.MaxInterfaceName} bytes, is not '.' or '..', and holds no '/', ':' or white space");
        }
    }

    private static bool Has(IReadOnlyDictionary<string, string> variables, string name) => Get(variables, name).Length > 0;

    private static string Get(IReadOnlyDictionary<string, string> variables, string name) => variables.GetValueOrDefault(name, "");

    private static CniException Invalid(string message, string details = "") => new(CniErrorCode.InvalidEnvironment, message, details);
}
