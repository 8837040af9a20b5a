namespace Calico.Images.Contents;

/// <summary>Adds the shared libraries, and the loader, that the programs of a tree ask for.</summary>
internal sealed class LibraryClosure(PackageFiles available)
{
    // Where Debian's loader looks without a cache.
    private static readonly string[] SearchPath = ["usr/lib/x86_64-linux-gnu", "usr/lib"];

    /// <param name="tree">Gets the libraries.</param>
    /// <param name="programs">Also asked, though they lie in another layer.</param>
    /// <exception cref="BuildException">A library is in none of the packages.</exception>
    public void Complete(FileTree tree, IEnumerable<TreeEntry> programs)
    {
        Queue<TreeEntry> open = new(tree.Entries.Concat(programs));
        while (open.TryDequeue(out var entry))
        {
            if (entry.LinkTarget is { } target && entry.Package is not null)
            {
                Follow(entry, target);
            }
            else if (entry.SourceFile is { } file && ElfFile.Parse(File.ReadAllBytes(file)) is { } elf)
            {
                foreach (var library in elf.Needed)
                {
                    Require(SearchPath.Select(directory => $"{directory}/{library}"), library, entry.Path);
                }

                if (elf.Interpreter is { } interpreter)
                {
                    Require([FileTree.Merged(interpreter.TrimStart('/'))], interpreter, entry.Path);
                }
            }
        }

        void Follow(TreeEntry link, string target)
        {
            var path = Path.GetFullPath(target, "/" + Path.GetDirectoryName(link.Path)).TrimStart('/');
            Require([FileTree.Merged(path)], target, link.Path);
        }

        void Require(IEnumerable<string> paths, string what, string by)
        {
            var candidates = paths.ToList();
            if (candidates.Any(tree.Contains))
            {
                return;
            }

            var found = candidates.Select(available.Find).FirstOrDefault(entry => entry is not null)
                ?? throw new BuildException($"{what}, which {by} needs, is in none of the image's packages; add its package to the recipe");
            tree.Add(found);
            open.Enqueue(found);
        }
    }
}
