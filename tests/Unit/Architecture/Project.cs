using System.Reflection;

namespace Calico.Tests.Unit.Architecture;

/// <param name="Directory">Relative to the root; the room's name in the table of who may reference whom.</param>
/// <param name="Path">Of the project file.</param>
/// <param name="AssemblyName">Without extension.</param>
/// <param name="IsProgram">Makes an executable.</param>
/// <param name="References">Directories of the projects it references.</param>
/// <param name="Packages">Names of the packages it references.</param>
internal sealed record Project(
    string Directory, string Path, string AssemblyName, bool IsProgram, IReadOnlyList<string> References, IReadOnlyList<string> Packages)
{
    public bool IsTest => Directory.StartsWith("tests/", StringComparison.Ordinal);

    public string AssemblyPath => System.IO.Path.Combine(AppContext.BaseDirectory, AssemblyName + ".dll");

    public Assembly Load() => Assembly.LoadFrom(AssemblyPath);

    /// <summary>Itself and everything it reaches through references: what its code could call.</summary>
    public IReadOnlySet<Project> Closure()
    {
        HashSet<Project> reached = [this];
        Queue<Project> open = new(reached);
        while (open.TryDequeue(out var project))
        {
            foreach (var reference in project.References.Select(directory => Repository.Projects[directory]).Where(reached.Add))
            {
                open.Enqueue(reference);
            }
        }

        return reached;
    }

    public override string ToString() => Directory;
}
