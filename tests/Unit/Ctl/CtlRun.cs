using Calico.Ctl;
using Calico.Tests.Fakes;

namespace Calico.Tests.Unit.Ctl;

/// <summary>The program on a datastore in memory: arguments in, exit code and texts out.</summary>
internal sealed class CtlRun(InMemoryStore? store = null) : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ctl-").FullName;

    public InMemoryStore Store { get; } = store ?? new();

    public TimeProvider Time { get; init; } = new ManualTime();

    public Dictionary<string, string> Environment { get; } = [];

    public string Out { get; private set; } = "";

    public string Error { get; private set; } = "";

    public Task<int> RunAsync(string commandLine, string input = "") => RunArgumentsAsync(commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries), input);

    public async Task<int> RunArgumentsAsync(IReadOnlyList<string> arguments, string input = "")
    {
        using var stdin = new StringReader(input);
        using var stdout = new StringWriter();
        using var stderr = new StringWriter();
        var code = await CalicoCtl.RunAsync(arguments, new CtlContext
        {
            Environment = Environment,
            In = stdin,
            Out = stdout,
            Error = stderr,
            Time = Time,
            OpenStore = _ => Store,
        });
        (Out, Error) = (stdout.ToString(), stderr.ToString());
        return code;
    }

    /// <summary>Runs and expects success; what it wrote.</summary>
    public async Task<string> OutputAsync(string commandLine, string input = "")
    {
        var code = await RunAsync(commandLine, input);
        Assert.That(code, Is.Zero, $"{commandLine}: {Error}");
        return Out;
    }

    public string File(string name, string text)
    {
        var path = Path.Combine(_directory, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    public string DirectoryPath => _directory;

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
