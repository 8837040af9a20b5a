using System.IO.Enumeration;
using Calico.Images.Packages;

namespace Calico.Images.Contents;

/// <summary>Every file of some packages, by the path it has in an image.</summary>
internal sealed class PackageFiles
{
    private readonly SortedDictionary<string, TreeEntry> _files = new(StringComparer.Ordinal);

    public PackageFiles(IEnumerable<DebianPackage> packages)
    {
        foreach (var package in packages)
        {
            foreach (var file in Directory.EnumerateFiles(package.Root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }))
            {
                var path = FileTree.Merged(Path.GetRelativePath(package.Root, file));
                _files[path] = Read(path, file, package);
            }
        }
    }

    public TreeEntry? Find(string path) => _files.GetValueOrDefault(path);

    /// <param name="pattern">Of a path; <c>*</c> stands for any characters but a slash.</param>
    public IReadOnlyList<TreeEntry> Match(string pattern) =>
        [.. _files.Values.Where(file => file.Path.Count(IsSlash) == pattern.Count(IsSlash) && FileSystemName.MatchesSimpleExpression(pattern, file.Path, ignoreCase: false))];

    private static bool IsSlash(char character) => character == '/';

    private static TreeEntry Read(string path, string file, DebianPackage package) =>
        new FileInfo(file).LinkTarget is { } target
            ? new TreeEntry(path, (UnixFileMode)0b111_111_111) { LinkTarget = target, Package = package }
            : new TreeEntry(path, File.GetUnixFileMode(file)) { SourceFile = file, Package = package };
}
