using System.Xml.Linq;

namespace Calico.Tests.Unit.Architecture;

/// <summary>The source tree that these tests were built from.</summary>
internal static class Repository
{
    public const string Solution = "Calico.Cni.sln";

    public static string Root { get; } = FindRoot();

    /// <summary>Every project by its directory, such as <c>lib/Model</c>.</summary>
    public static IReadOnlyDictionary<string, Project> Projects { get; } =
        SourceFiles("*.csproj").Select(Read).ToDictionary(project => project.Directory);

    public static IEnumerable<Project> Products => Projects.Values.Where(project => !project.IsTest);

    /// <summary>Paths relative to the root, of files that are not made by a build.</summary>
    public static IEnumerable<string> SourceFiles(string pattern) =>
        from directory in Directory.EnumerateDirectories(Root)
        let room = Path.GetFileName(directory)
        where !room.StartsWith('.') && room is not ("artifacts" or "bin" or "obj" or "tools")
        from file in Directory.EnumerateFiles(directory, pattern, SearchOption.AllDirectories)
        let path = Path.GetRelativePath(Root, file)
        where !path.Split('/').Any(part => part is "bin" or "obj")
        select path;

    private static Project Read(string path)
    {
        var xml = XDocument.Load(Path.Combine(Root, path));
        var directory = Path.GetDirectoryName(path)!;
        return new Project(
            directory,
            path,
            xml.Descendants("AssemblyName").Select(name => name.Value).SingleOrDefault() ?? Path.GetFileNameWithoutExtension(path),
            xml.Descendants("OutputType").Any(type => type.Value == "Exe"),
            [.. Includes(xml, "ProjectReference").Select(reference => Path.GetRelativePath(Root, Path.GetFullPath(Path.GetDirectoryName(reference)!, Path.Combine(Root, directory))))],
            [.. Includes(xml, "PackageReference")]);
    }

    private static IEnumerable<string> Includes(XDocument xml, string item) => xml.Descendants(item).Select(element => element.Attribute("Include")!.Value);

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, Solution)))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException($"no {Solution} above {AppContext.BaseDirectory}");
    }
}
