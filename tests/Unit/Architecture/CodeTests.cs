using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;

namespace Calico.Tests.Unit.Architecture;

/// <summary>Habits of the code that no compiler setting enforces, read from the compiled assemblies and from the files.</summary>
internal sealed class CodeTests
{
    private const string EdgeToTheKernel = "lib/Linux";
    private const int ProductLines = 300;
    private const int TestLines = 500;

    public static IEnumerable<Project> Products => Repository.Products;

    public static IEnumerable<Project> Programs => Products.Where(project => project.IsProgram);

    public static IEnumerable<Project> BehindTheEdge => Products.Where(project => project.Directory != EdgeToTheKernel);

    [TestCaseSource(nameof(BehindTheEdge))]
    public void Only_the_Linux_room_calls_native_code(Project project)
    {
        using var assembly = new PEReader(File.OpenRead(project.AssemblyPath));
        var metadata = assembly.GetMetadataReader();
        var imports = from handle in metadata.MethodDefinitions
                      let method = metadata.GetMethodDefinition(handle)
                      where method.Attributes.HasFlag(MethodAttributes.PinvokeImpl)
                      select metadata.GetString(method.Name);
        Assert.That(imports, Is.Empty);
    }

    [TestCaseSource(nameof(BehindTheEdge))]
    public void Only_the_Linux_room_starts_processes(Project project)
    {
        using var assembly = new PEReader(File.OpenRead(project.AssemblyPath));
        var metadata = assembly.GetMetadataReader();
        var used = from handle in metadata.TypeReferences
                   let type = metadata.GetTypeReference(handle)
                   where metadata.GetString(type.Namespace) == "System.Diagnostics"
                   select metadata.GetString(type.Name);
        Assert.That(used, Has.None.EqualTo("Process").And.None.EqualTo("ProcessStartInfo"));
    }

    [TestCaseSource(nameof(Products))]
    public void A_class_is_sealed_unless_something_derives_from_it(Project project)
    {
        var classes = project.Load().GetTypes().Where(type => type.IsClass && !type.IsDefined(typeof(CompilerGeneratedAttribute))).ToList();
        var bases = classes.Select(type => type.BaseType).Select(type => type is { IsGenericType: true } ? type.GetGenericTypeDefinition() : type).ToHashSet();
        var open = from type in classes
                   where !type.IsAbstract && !type.IsSealed && !bases.Contains(type) && !typeof(Exception).IsAssignableFrom(type)
                   where !(type.DeclaringType?.IsDefined(typeof(CompilerGeneratedAttribute)) ?? false)
                   select type.FullName;
        Assert.That(open, Is.Empty);
    }

    [TestCaseSource(nameof(Programs))]
    public void A_program_has_nothing_public(Project project) => Assert.That(project.Load().GetExportedTypes(), Is.Empty);

    [Test]
    public void A_file_fits_in_the_readers_head()
    {
        var tooLong = from path in Repository.SourceFiles("*.cs")
                      let lines = File.ReadLines(Path.Combine(Repository.Root, path)).Count()
                      where lines > (path.StartsWith("tests/", StringComparison.Ordinal) ? TestLines : ProductLines)
                      select $"{path} has {lines} lines";
        Assert.That(tooLong, Is.Empty);
    }

    [Test]
    public void Product_code_leaves_no_note_to_self()
    {
        string[] notes = ["TODO", "FIXME", "HACK", "NotImplementedException"];
        var left = from path in Repository.SourceFiles("*.cs")
                   where !path.StartsWith("tests/", StringComparison.Ordinal)
                   let text = File.ReadAllText(Path.Combine(Repository.Root, path))
                   from note in notes
                   where text.Contains(note, StringComparison.Ordinal)
                   select $"{path}: {note}";
        Assert.That(left, Is.Empty);
    }
}
