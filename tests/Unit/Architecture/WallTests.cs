namespace Calico.Tests.Unit.Architecture;

/// <summary>Who may reference whom: the table of docs/DESIGN.md. A project without a row may not exist.</summary>
internal sealed class WallTests
{
    private static readonly string[] Lib = ["lib/Model", "lib/Policy", "lib/Store", "lib/Linux"];

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["lib/Model"] = [],
        ["lib/Policy"] = ["lib/Model"],
        ["lib/Linux"] = ["lib/Model"],
        ["lib/Store"] = ["lib/Model"],
        ["lib/Hosting"] = ["lib/Model", "lib/Store"],
        ["cni/Protocol"] = ["lib/Model"],
        ["cni/Plugin"] = ["lib/Model", "lib/Linux", "cni/Protocol"],
        ["ipam/Core"] = ["lib/Model", "lib/Policy", "lib/Store"],
        ["ipam/Delegate"] = ["lib/Model", "cni/Protocol", "ipam/Core"],
        ["ipam/Plugin"] = [.. Lib, "cni/Protocol", "ipam/Core", "ipam/Delegate"],
        ["agent/Api"] = ["lib/Model", "cni/Protocol", "ipam/Core", "ipam/Delegate"],
        ["agent/Calc"] = ["lib/Model", "lib/Policy"],
        ["agent/Routing"] = ["lib/Model", "lib/Policy", "lib/Linux"],
        ["agent/Dataplane"] = ["lib/Model", "lib/Policy", "lib/Linux", "agent/Calc"],
        ["agent/Status"] = ["lib/Model", "lib/Linux", "agent/Routing"],
        ["agent/Agent"] = [.. Lib, "lib/Hosting", "cni/Protocol", "ipam/Core", "ipam/Delegate", "agent/Api", "agent/Routing", "agent/Calc", "agent/Dataplane", "agent/Status"],
        ["controller"] = ["lib/Model", "lib/Policy", "lib/Store", "lib/Hosting", "ipam/Core"],
        ["ctl"] = [.. Lib, "lib/Hosting", "ipam/Core", "agent/Calc", "agent/Dataplane", "agent/Routing", "agent/Status"],
        ["manifests/images"] = ["lib/Linux"],
    };

    // What a room must not reach even through others.
    private static readonly Dictionary<string, string[]> Never = new()
    {
        ["lib/Store"] = ["lib/Linux"],
        ["lib/Hosting"] = ["lib/Linux"],
        ["ipam/Core"] = ["lib/Linux"],
        ["ipam/Delegate"] = ["lib/Linux"],
        ["agent/Api"] = ["lib/Linux"],
        ["agent/Routing"] = ["lib/Store"],
        ["agent/Dataplane"] = ["lib/Store"],
        ["cni/Plugin"] = ["lib/Store", "ipam/Core"],
        ["controller"] = ["lib/Linux"],
    };

    public static IEnumerable<Project> Products => Repository.Products;

    public static IEnumerable<string> Walled => Never.Keys;

    [TestCaseSource(nameof(Products))]
    public void A_room_references_only_what_its_row_allows(Project project)
    {
        Assert.That(Allowed, Contains.Key(project.Directory), "a new project needs a row here and in docs/DESIGN.md");
        Assert.That(project.References, Is.SubsetOf(Allowed[project.Directory]));
    }

    [TestCaseSource(nameof(Walled))]
    public void A_room_does_not_reach_what_it_must_not(string directory) =>
        Assert.That(Repository.Projects[directory].Closure().Select(project => project.Directory).Intersect(Never[directory]), Is.Empty);

    [Test]
    public void Every_row_is_a_project() => Assert.That(Allowed.Keys, Is.EquivalentTo(Products.Select(project => project.Directory)));

    [Test]
    public void No_product_references_tests_or_a_program()
    {
        var wrong = from project in Products
                    from reference in project.References
                    where Repository.Projects[reference].IsTest || Repository.Projects[reference].IsProgram
                    select $"{project} -> {reference}";
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void The_plugin_has_no_packages_because_every_pod_start_pays_for_them() =>
        Assert.That(Repository.Projects["cni/Plugin"].Closure().SelectMany(project => project.Packages), Is.Empty);

    [Test]
    public void Every_project_is_in_the_solution()
    {
        var listed = from line in File.ReadLines(Path.Combine(Repository.Root, Repository.Solution))
                     where line.StartsWith("Project(", StringComparison.Ordinal)
                     from part in line.Split('"')
                     where part.EndsWith(".csproj", StringComparison.Ordinal)
                     select part.Replace('\\', '/');
        Assert.That(listed, Is.EquivalentTo(Repository.Projects.Values.Select(project => project.Path)));
    }
}
