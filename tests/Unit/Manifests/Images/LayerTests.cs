using System.Formats.Tar;
using System.IO.Compression;
using Calico.Images.Contents;
using Calico.Images.Oci;

namespace Calico.Tests.Unit.Manifests.Images;

internal sealed class LayerTests
{
    [Test]
    public void The_same_files_in_another_order_give_the_same_digest()
    {
        FileTree one = new();
        one.AddText("etc/a", "a");
        one.AddText("etc/b", "b");
        FileTree other = new();
        other.AddText("etc/b", "b");
        other.AddText("etc/a", "a");
        Assert.That(Layer.Of(one).Blob.Digest, Is.EqualTo(Layer.Of(other).Blob.Digest));
    }

    [Test]
    public void Another_content_or_mode_gives_another_digest()
    {
        FileTree one = new();
        one.AddText("etc/a", "a");
        FileTree other = new();
        other.AddText("etc/a", "b");
        Assert.That(Layer.Of(one).Blob.Digest, Is.Not.EqualTo(Layer.Of(other).Blob.Digest));
        other.Add(new TreeEntry("etc/a", UnixFileMode.UserRead) { Content = "a"u8.ToArray() });
        Assert.That(Layer.Of(one).Blob.Digest, Is.Not.EqualTo(Layer.Of(other).Blob.Digest));
    }

    [Test]
    public void Everything_belongs_to_root_and_has_one_time()
    {
        FileTree tree = new();
        tree.AddBase();
        foreach (var entry in Read(Layer.Of(tree)))
        {
            Assert.That((entry.Uid, entry.Gid, entry.ModificationTime), Is.EqualTo((0, 0, DateTimeOffset.UnixEpoch)), entry.Name);
        }
    }

    [Test]
    public void A_directory_stands_before_what_is_in_it()
    {
        FileTree tree = new();
        tree.AddProgram("opt/cni/bin/calico", Environment.ProcessPath!);
        Assert.That(Read(Layer.Of(tree)).Select(entry => entry.Name), Is.EqualTo(new[] { "opt/", "opt/cni/", "opt/cni/bin/", "opt/cni/bin/calico" }));
    }

    [TestCase("lib64/ld-linux-x86-64.so.2", "usr/lib64/ld-linux-x86-64.so.2")]
    [TestCase("sbin/ipset", "usr/sbin/ipset")]
    [TestCase("usr/sbin/bird", "usr/sbin/bird")]
    [TestCase("library/x", "library/x")]
    public void What_a_package_has_outside_of_usr_lies_in_usr(string path, string merged) => Assert.That(FileTree.Merged(path), Is.EqualTo(merged));

    private static List<TarEntry> Read(Layer layer)
    {
        using TarReader reader = new(new GZipStream(new MemoryStream(layer.Blob.Content), CompressionMode.Decompress));
        List<TarEntry> entries = [];
        while (reader.GetNextEntry(copyData: true) is { } entry)
        {
            entries.Add(entry);
        }

        return entries;
    }
}
