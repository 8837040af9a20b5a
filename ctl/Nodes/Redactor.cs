using System.Text;

namespace Calico.Ctl.Nodes;

/// <summary>Takes secrets out of text that leaves the host: keys, passwords, tokens. Rather one word too many than one too few. Pure.</summary>
internal static class Redactor
{
    private const string Mark = "<redacted>";

    /// <summary>What stands before a secret: in YAML, JSON, ini files, command lines and bird.conf.</summary>
    private static readonly string[] Names = ["password", "passwd", "secret", "token", "bearer", "client-key-data", "private-key", "privatekey", "credential", "presharedkey"];

    public static string Redact(string text)
    {
        var lines = new StringBuilder();
        var insideKey = false;
        foreach (var line in text.Split('\n'))
        {
            if (line.Contains("-----BEGIN ", StringComparison.Ordinal) && line.Contains("PRIVATE KEY", StringComparison.Ordinal))
            {
                insideKey = !line.Contains("-----END ", StringComparison.Ordinal);
                lines.Append(Mark).Append('\n');
            }
            else if (insideKey)
            {
                insideKey = !line.Contains("-----END ", StringComparison.Ordinal);
            }
            else
            {
                lines.Append(RedactLine(line)).Append('\n');
            }
        }

        return lines.ToString(0, lines.Length - 1);
    }

    /// <summary>Everything after the first name of a secret goes, unless nothing but the end of a structure follows.</summary>
    private static string RedactLine(string line)
    {
        foreach (var name in Names)
        {
            var at = line.IndexOf(name, StringComparison.OrdinalIgnoreCase);
            if (at >= 0 && HasValue(line.AsSpan(at + name.Length)))
            {
                return $"{line[..(at + name.Length)]} {Mark}";
            }
        }

        return line;
    }

    /// <summary>A value follows a blank, a colon or an equals sign, perhaps behind the rest of the name: <c>passwordFile: x</c>, <c>etcd_password=x</c>, <c>"token":"x"</c>.</summary>
    private static bool HasValue(ReadOnlySpan<char> rest)
    {
        var separator = rest.IndexOfAny(" \t:=");
        return separator >= 0 && !rest[separator..].TrimStart(" \t:=\"'").Trim("{}[],\"' ").IsEmpty;
    }
}
