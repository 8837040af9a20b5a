namespace Calico.Ctl.Resources;

/// <summary>Reads what <c>--filename</c> names: files, directories, and <c>-</c> for the standard input.</summary>
internal static class ManifestFiles
{
    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    /// <param name="recursive">Directories inside directories, too.</param>
    /// <param name="skipEmpty">A file or directory without an object is no error.</param>
    /// <exception cref="CtlException">A name is neither file nor directory, or has nothing in it.</exception>
    public static async Task<ManifestParser> ReadAsync(
        IReadOnlyList<string> names, bool recursive, bool skipEmpty, string? @namespace, TextReader input, CancellationToken cancellationToken)
    {
        var parser = new ManifestParser(@namespace);
        foreach (var name in names)
        {
            var found = 0;
            if (name == "-")
            {
                found = parser.Add("standard input", await input.ReadToEndAsync(cancellationToken));
            }
            else
            {
                foreach (var file in Files(name, recursive))
                {
                    found += parser.Add(file, await File.ReadAllTextAsync(file, cancellationToken));
                }
            }

            if (found == 0 && !skipEmpty)
            {
                throw CtlException.Usage($"{(name == "-" ? "the standard input" : name)} has no resource in it");
            }
        }

        return parser;
    }

    private static IEnumerable<string> Files(string name, bool recursive)
    {
        if (!Directory.Exists(name))
        {
            return File.Exists(name) ? [name] : throw CtlException.Usage($"{name} is neither a file nor a directory");
        }

        return Directory.EnumerateFiles(name, "*", recursive ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly)
            .Where(file => Extensions.Contains(Path.GetExtension(file))).Order(StringComparer.Ordinal);
    }
}
