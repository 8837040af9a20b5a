using System.Text.Json.Nodes;

namespace Calico.Images.Sbom;

/// <summary>What a restore resolved for a program: the packages whose code is compiled into it.</summary>
internal static class ProjectAssets
{
    // Holds the runtime that is linked into a native program.
    private const string NativeRuntime = "runtime.linux-x64.Microsoft.DotNet.ILCompiler";

    /// <param name="json">project.assets.json of a restore for linux-x64 with PublishAot.</param>
    public static IReadOnlyList<NugetPackage> Read(string json)
    {
        var target = JsonNode.Parse(json)?["targets"]?.AsObject().FirstOrDefault(entry => entry.Key.EndsWith("/linux-x64", StringComparison.Ordinal)).Value?.AsObject()
            ?? throw new BuildException("project.assets.json has no target for linux-x64; restore with --runtime linux-x64 -p:PublishAot=true");
        return
        [
            .. from entry in target
               let name = entry.Key.Split('/')
               where (string?)entry.Value!["type"] == "package"
               where name[0] == NativeRuntime || HasCode(entry.Value["runtime"])
               orderby name[0]
               select new NugetPackage(name[0], name[1]),
        ];
    }

    /// <returns>The directory of the project that was restored.</returns>
    public static string ProjectOf(string json) => Path.GetDirectoryName((string?)JsonNode.Parse(json)?["project"]?["restore"]?["projectPath"]) ?? "";

    private static bool HasCode(JsonNode? runtime) => runtime is JsonObject files && files.Any(file => file.Key.EndsWith(".dll", StringComparison.Ordinal));
}
