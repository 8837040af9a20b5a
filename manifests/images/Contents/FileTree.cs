using System.Text;

namespace Calico.Images.Contents;

/// <summary>The files of one layer, by path in ordinal order; parents of a file come by themselves.</summary>
internal sealed class FileTree
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable = Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private static readonly string[] MergedIntoUsr = ["bin", "sbin", "lib", "lib64"];
    private readonly SortedDictionary<string, TreeEntry> _entries = new(StringComparer.Ordinal);

    public IEnumerable<TreeEntry> Entries => _entries.Values;

    public bool Contains(string path) => _entries.ContainsKey(path);

    /// <summary>Where a path of a package lies on a system whose /bin, /sbin and /lib are links into /usr.</summary>
    public static string Merged(string path) => MergedIntoUsr.Contains(path.Split('/')[0]) ? "usr/" + path : path;

    public void Add(TreeEntry entry)
    {
        var slash = entry.Path.LastIndexOf('/');
        if (slash > 0 && !_entries.ContainsKey(entry.Path[..slash]))
        {
            Add(new TreeEntry(entry.Path[..slash], Executable));
        }

        _entries[entry.Path] = entry;
    }

    public void AddProgram(string path, string source) => Add(new TreeEntry(path, Executable) { SourceFile = source });

    public void AddLink(string path, string target) =>
        Add(new TreeEntry(path, Executable | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite) { LinkTarget = target });

    public void AddText(string path, string text) => Add(new TreeEntry(path, Readable) { Content = Encoding.UTF8.GetBytes(text) });

    public void AddDirectory(string path, UnixFileMode mode = Executable) => Add(new TreeEntry(path, mode));

    /// <summary>What every image has: the merged /usr, /tmp, and the names that the C library asks for.</summary>
    public void AddBase()
    {
        foreach (var directory in MergedIntoUsr)
        {
            AddDirectory("usr/" + directory);
            AddLink(directory, "usr/" + directory);
        }

        AddDirectory("tmp", Executable | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.StickyBit);
        AddText("etc/passwd", "root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/:/sbin/nologin\n");
        AddText("etc/group", "root:x:0:\nnonroot:x:65532:\n");
        AddLink("etc/os-release", "../usr/lib/os-release");
        AddText("etc/nsswitch.conf", "hosts: files dns\n");
    }
}
