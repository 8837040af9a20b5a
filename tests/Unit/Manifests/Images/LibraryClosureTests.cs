using Calico.Images;
using Calico.Images.Contents;
using Calico.Images.Packages;

namespace Calico.Tests.Unit.Manifests.Images;

internal sealed class LibraryClosureTests
{
    // A program of the C library that is on every host of these tests.
    private const string Program = "/bin/true";
    private string _root = "";

    [SetUp]
    public void MakeRoot() => _root = Directory.CreateTempSubdirectory("calico-images-").FullName;

    [TearDown]
    public void RemoveRoot() => Directory.Delete(_root, recursive: true);

    [Test]
    public void An_executable_names_its_loader_and_its_libraries()
    {
        var elf = ElfFile.Parse(File.ReadAllBytes(Program))!;
        Assert.That(elf.Interpreter, Does.Contain("ld-linux"));
        Assert.That(elf.Needed, Has.Some.StartsWith("libc.so"));
    }

    [Test]
    public void A_text_is_no_executable() => Assert.That(ElfFile.Parse("#!/bin/sh\n"u8), Is.Null);

    [Test]
    public void A_library_that_no_package_has_is_an_error_that_names_both()
    {
        FileTree tree = new();
        tree.AddProgram("usr/bin/true", Program);
        Assert.That(() => Closure().Complete(tree, []), Throws.InstanceOf<BuildException>().With.Message.Contains("libc.so").And.Message.Contains("usr/bin/true"));
    }

    [Test]
    public void Libraries_and_what_their_links_name_are_added()
    {
        var elf = ElfFile.Parse(File.ReadAllBytes(Program))!;
        foreach (var library in elf.Needed)
        {
            Put($"lib/x86_64-linux-gnu/{library}.real", "library");
            File.CreateSymbolicLink(Path.Combine(_root, $"lib/x86_64-linux-gnu/{library}"), library + ".real");
        }

        Put(elf.Interpreter!.TrimStart('/'), "loader");
        Put("lib/x86_64-linux-gnu/libunused.so.1", "not asked for");
        FileTree tree = new();
        tree.AddProgram("usr/bin/true", Program);
        Closure().Complete(tree, []);
        Assert.That(tree.Entries.Select(entry => entry.Path), Has.Some.Matches("usr/lib/x86_64-linux-gnu/libc.so.6.real").And.Some.Matches("usr/lib/x86_64-linux-gnu/libc.so.6$"));
        Assert.That(tree.Contains("usr" + elf.Interpreter));
        Assert.That(tree.Contains("usr/lib/x86_64-linux-gnu/libunused.so.1"), Is.False);
    }

    private void Put(string path, string text)
    {
        var file = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private LibraryClosure Closure() =>
        new(new PackageFiles([new DebianPackage(new Dictionary<string, string> { ["Package"] = "libc6", ["Version"] = "1" }, _root)]));
}
