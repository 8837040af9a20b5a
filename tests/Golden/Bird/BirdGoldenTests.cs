using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Calico.Agent.Routing;

namespace Calico.Tests.Golden.Bird;

/// <summary>
/// A case is a folder: input.json (settings, and keys and values as in the datastore), expected.conf, and expected.problems when objects are left out.
/// The text is judged twice: against the file, and by BIRD's own parser. <c>CALICO_UPDATE_GOLDENS=1</c> rewrites the files.
/// </summary>
internal sealed class BirdGoldenTests
{
    private static readonly bool Update = Environment.GetEnvironmentVariable("CALICO_UPDATE_GOLDENS") == "1";

    private static IEnumerable<string> Cases() => Directory.GetDirectories(Folder()).Select(path => Path.GetFileName(path)!).Order();

    [TestCaseSource(nameof(Cases))]
    public void Renders_the_expected_text(string name)
    {
        var config = BirdConfig.Render(Read(name));
        var problems = string.Concat(config.Problems.Select(problem => problem + "\n"));
        Expect(Path.Combine(Folder(), name, "expected.conf"), config.Text ?? "");
        Expect(Path.Combine(Folder(), name, "expected.problems"), problems);
    }

    [TestCaseSource(nameof(Cases))]
    public void Bird_accepts_the_text(string name)
    {
        var text = BirdConfig.Render(Read(name)).Text;
        if (text is null)
        {
            Assert.Pass("nothing is rendered in this case");
        }

        var file = Path.Combine(Path.GetTempPath(), $"calico-golden-{Guid.NewGuid():N}.conf");
        File.WriteAllText(file, text);
        try
        {
            using var bird = Process.Start(new ProcessStartInfo("bird", ["-p", "-c", file]) { RedirectStandardError = true })!;
            var message = bird.StandardError.ReadToEnd();
            bird.WaitForExit();
            Assert.That(bird.ExitCode, Is.Zero, message);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void The_order_in_which_keys_arrive_does_not_matter(string name) =>
        Assert.That(BirdConfig.Render(Read(name, reversed: true)).Text, Is.EqualTo(BirdConfig.Render(Read(name)).Text));

    private static RoutingModel Read(string name, bool reversed = false)
    {
        using var input = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder(), name, "input.json")));
        var node = input.RootElement.GetProperty("node").GetString()!;
        var state = new RoutingState(node);
        var entries = input.RootElement.GetProperty("store").EnumerateObject().ToList();
        if (reversed)
        {
            entries.Reverse();
        }

        foreach (var entry in entries)
        {
            Assert.That(state.Set(entry.Name, Encoding.UTF8.GetBytes(entry.Value.GetRawText())), Is.EqualTo(!entry.Name.Contains("/host2/ipv4/")));
        }

        var model = state.Snapshot();
        return model with
        {
            RouterId = Text(input, "routerId"),
            InterfacePrefixes = Text(input, "interfacePrefixes")?.Split(',') ?? model.InterfacePrefixes,
        };
    }

    private static string? Text(JsonDocument input, string property) =>
        input.RootElement.TryGetProperty(property, out var value) ? value.GetString() : null;

    private static void Expect(string file, string actual)
    {
        if (Update)
        {
            File.Delete(file);
            if (actual.Length > 0)
            {
                File.WriteAllText(file, actual);
            }

            return;
        }

        Assert.That(actual, Is.EqualTo(File.Exists(file) ? File.ReadAllText(file) : ""), $"{file} (see CALICO_UPDATE_GOLDENS)");
    }

    private static string Folder([CallerFilePath] string self = "") => Path.GetDirectoryName(self)!;
}
