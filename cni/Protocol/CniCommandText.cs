namespace Calico.Cni.Protocol;

/// <summary>The verbs as CNI_COMMAND spells them.</summary>
public static class CniCommandText
{
    public static string ToText(this CniCommand command) => command switch
    {
        CniCommand.Add => "ADD",
        CniCommand.Del => "DEL",
        CniCommand.Check => "CHECK",
        CniCommand.Gc => "GC",
        CniCommand.Status => "STATUS",
        CniCommand.Version => "VERSION",
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "not a CNI verb"),
    };

    public static bool TryParse(string text, out CniCommand command)
    {
        (var known, command) = text switch
        {
            "ADD" => (true, CniCommand.Add),
            "DEL" => (true, CniCommand.Del),
            "CHECK" => (true, CniCommand.Check),
            "GC" => (true, CniCommand.Gc),
            "STATUS" => (true, CniCommand.Status),
            "VERSION" => (true, CniCommand.Version),
            _ => (false, default),
        };
        return known;
    }
}
