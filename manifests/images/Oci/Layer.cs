using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Calico.Images.Contents;

namespace Calico.Images.Oci;

/// <summary>A compressed tar. The same tree gives the same bytes: entries in order, one time, root as the owner.</summary>
/// <param name="DiffId">Digest of the tar before compression.</param>
internal sealed record Layer(Blob Blob, string DiffId, int Entries, long Size)
{
    public static Layer Of(FileTree tree)
    {
        using MemoryStream tar = new();
        var entries = 0;
        using (TarWriter writer = new(tar, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var entry in tree.Entries)
            {
                writer.WriteEntry(Entry(entry));
                entries++;
            }
        }

        var content = tar.ToArray();
        return new Layer(
            new Blob("application/vnd.oci.image.layer.v1.tar+gzip", Compress(content)), "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content)), entries, content.Length);
    }

    private static UstarTarEntry Entry(TreeEntry entry)
    {
        var made = entry switch
        {
            { LinkTarget: { } target } => new UstarTarEntry(TarEntryType.SymbolicLink, entry.Path) { LinkName = target },
            { IsDirectory: true } => new UstarTarEntry(TarEntryType.Directory, entry.Path + "/"),
            _ => new UstarTarEntry(TarEntryType.RegularFile, entry.Path) { DataStream = new MemoryStream(entry.Content ?? File.ReadAllBytes(entry.SourceFile!)) },
        };
        made.Mode = entry.Mode;
        made.ModificationTime = DateTimeOffset.UnixEpoch;
        return made;
    }

    private static byte[] Compress(byte[] content)
    {
        using MemoryStream compressed = new();
        using (GZipStream gzip = new(compressed, CompressionLevel.Optimal))
        {
            gzip.Write(content);
        }

        return compressed.ToArray();
    }
}
