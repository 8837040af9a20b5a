namespace Calico.Cni.Protocol;

/// <summary>The versions of the CNI spec that we speak, oldest first.</summary>
public static class CniVersion
{
    public const string V031 = "0.3.1";
    public const string V040 = "0.4.0";
    public const string V100 = "1.0.0";
    public const string V110 = "1.1.0";

    /// <summary>The newest, and the one of the agent's socket.</summary>
    public const string Latest = V110;

    /// <summary>What a conf without <c>cniVersion</c> means (spec 0.3.0, "Network Configuration"); we do not speak it.</summary>
    public const string OfEmptyConf = "0.2.0";

    private static readonly string[] Ordered = [V031, V040, V100, V110];

    public static IReadOnlyList<string> Supported => Ordered;

    public static bool IsSupported(string version) => Array.IndexOf(Ordered, version) >= 0;

    /// <summary>Is <paramref name="version"/> supported and not older than <paramref name="minimum"/>, one of the constants here?</summary>
    public static bool IsAtLeast(string version, string minimum) => Array.IndexOf(Ordered, version) >= Array.IndexOf(Ordered, minimum);

    /// <exception cref="CniException">Code 1: we do not speak this version, or it does not know this verb.</exception>
    public static void Require(string version, CniCommand command)
    {
        if (!IsSupported(version))
        {
            var asked = version.Length == 0 ? $"{OfEmptyConf} (cniVersion is empty)" : version;
            throw Incompatible($"the configuration asks for CNI version {asked}, which this plugin does not speak");
        }

        var oldest = command switch
        {
            CniCommand.Check => V040,
            CniCommand.Gc or CniCommand.Status => V110,
            _ => V031,
        };
        if (!IsAtLeast(version, oldest))
        {
            throw Incompatible($"{command.ToText()} needs CNI version {oldest}; the configuration asks for {version}");
        }
    }

    internal static CniException Incompatible(string message) =>
        new(CniErrorCode.IncompatibleVersion, message, $"supported versions: {string.Join(", ", Ordered)}");
}
