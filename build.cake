// Called by build.sh. Every target is a task below; what they share is a function at the end.
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using System.Xml.Linq;

var target = Argument("target", "Help");
var root = Context.Environment.WorkingDirectory.FullPath;
var solution = "Calico.Cni.sln";
var binaries = System.IO.Path.Combine(root, "artifacts", "bin");
var results = System.IO.Path.Combine(root, "artifacts", "tests");

// Directory of the project, name of the executable in artifacts/bin.
var programs = new (string Directory, string Name)[]
{
    ("cni/Plugin", "calico"),
    ("ipam/Plugin", "calico-ipam"),
    ("agent/Agent", "calico-agent"),
    ("controller", "calico-controller"),
    ("ctl", "calicoctl"),
};
var testProjects = new[] { "Unit", "Golden", "Netns", "Aot" };
var tally = new Tally();

Task("Help")
    .Description("Lists the targets.")
    .Does(() =>
    {
        Console.WriteLine("./build.sh --target=NAME");
        foreach (var task in Tasks.Where(task => task.Description is { Length: > 0 }))
        {
            Console.WriteLine($"  {task.Name,-9} {task.Description}");
        }
    });

Task("Build")
    .Description("Compiles everything; warnings are errors.")
    .Does(() => Dotnet($"build {solution} --configuration Release --nologo --verbosity quiet"));

Task("Build-Net10")
    .Does(() =>
    {
        // The programs reference every library; ADR 0001 says why the framework of the day is compiled too. Analyzers have seen the same sources in Build.
        var output = System.IO.Path.Combine(root, "artifacts", "net10.0");
        var filter = System.IO.Path.Combine(output, "programs.slnf");
        System.IO.Directory.CreateDirectory(output);
        System.IO.File.WriteAllText(filter, FilterOf(programs.Select(program => program.Directory)));
        Dotnet($"build {filter} --nologo --verbosity quiet -p:CalicoTargetFramework=net10.0 -p:ArtifactsPath={output} -p:RunAnalyzers=false");
    });

Task("Publish")
    .Description("Compiles the programs to native code: artifacts/bin/{calico,calico-ipam,calico-agent,calico-controller,calicoctl}.")
    .Does(() =>
    {
        // Native compilation is dear, so it is done only when a source of the program or of a library below it has changed.
        foreach (var (directory, name) in programs)
        {
            var digest = DigestOf(directory);
            if (!IsPublished(name, digest))
            {
                Dotnet($"publish {directory} --configuration Release --runtime linux-x64 -p:PublishAot=true -p:RunAnalyzers=false --nologo --verbosity quiet");
                Install(directory, name, digest);
            }
        }
    });

Task("Test")
    .Description("Build, the same as net10.0, Publish, and all tests; the last line counts them.")
    .IsDependentOn("Build")
    .IsDependentOn("Build-Net10")
    .IsDependentOn("Publish")
    .Does(() =>
    {
        foreach (var project in testProjects)
        {
            RunTests(project);
        }
    });

Task("Demo")
    .Description("Two hosts, a real etcd, a real BIRD, five containers: prints routes, sessions and who reaches whom.")
    .IsDependentOn("Publish")
    .Does(() => Dotnet($"run --project tests/Demo --configuration Release -- {PassedOn()}"));

Task("Bench")
    .Description("Measures ADD and DEL against ptp + host-local; --suite=NAME measures something else; further --name=value options go to the benchmark.")
    .IsDependentOn("Publish")
    .Does(() => Dotnet($"run --project tests/Bench --configuration Release -- {Argument("suite", "")} {PassedOn()}"));

Task("Chaos")
    .Description("The real programs on an etcd of three while everything fails in turn: --seconds=N (default 300) or --pairs=N of ADD and DEL, --seed=N.")
    .IsDependentOn("Publish")
    .Does(() =>
    {
        var pairs = Argument("pairs", (string)null);
        foreach (var (name, value) in new[] { ("SECONDS", Argument("seconds", pairs is null ? "300" : null)), ("PAIRS", pairs), ("SEED", Argument("seed", (string)null)) })
        {
            System.Environment.SetEnvironmentVariable("CALICO_CHAOS_" + name, value);
        }

        Dotnet("build tests/Netns --configuration Release --nologo --verbosity quiet");
        RunTests("Netns", "FullyQualifiedName~Netns.Chaos", hangTimeout: "24h", verbosity: "normal");
    });

Task("Images")
    .Description("Container images from Debian packages and our programs, without a registry: artifacts/images/*.tar with an SBOM each; --image=NAME for one.")
    .IsDependentOn("Publish")
    .Does(() =>
    {
        foreach (var program in programs)
        {
            // A restore of its own, as native code needs it, says what is compiled in, whatever was built here before.
            Dotnet($"restore {program.Directory} --runtime linux-x64 -p:PublishAot=true -p:ArtifactsPath={root}/artifacts/images/restore --nologo --verbosity quiet");
        }

        Dotnet($"run --project manifests/images --configuration Release -- {root} {string.Join(' ', Arguments<string>("image", System.Array.Empty<string>()))}");
    });

Task("E2E")
    .Description("System tests on the cluster that KUBECONFIG names, or on one made of the programs in KUBE_BIN; skipped without either.")
    .Does(() =>
    {
        if (!HasVariable("KUBECONFIG") && !HasVariable("KUBE_BIN"))
        {
            Console.WriteLine("SKIPPED  E2E: set KUBECONFIG to a cluster without a CNI plugin, or KUBE_BIN to a directory of Kubernetes' programs (tests/System/README.md)");
            return;
        }

        if (!HasVariable("KUBECONFIG"))
        {
            // Into the nodes of a cluster of our own; another one has its ways to images.
            RunTarget("Images");
        }

        Dotnet("build tests/System --configuration Release --nologo --verbosity quiet");
        // An outage of five minutes is no hang.
        RunTests("System", Argument("filter", (string)null), hangTimeout: "20m");
    });

Task("Manifests")
    .Description("Writes manifests/calico.yaml, the one file to apply, from manifests/default.")
    .Does(() => System.IO.File.WriteAllText(
        System.IO.Path.Combine(root, "manifests", "calico.yaml"),
        "# Made by ./build.sh --target=Manifests from manifests/default: change the files there.\n---\n" + string.Join("---\n", Manifests(System.IO.Path.Combine(root, "manifests", "default")))));

Task("Lint")
    .Description("Format, style, analyzers, shell scripts, the architecture tests.")
    .IsDependentOn("Build")
    .Does(() =>
    {
        Dotnet($"format {solution} --verify-no-changes --no-restore");
        if (Context.Tools.Resolve("shellcheck") is not null)
        {
            Run("shellcheck", "-x " + string.Join(' ', GetFiles("./**/*.sh").Concat(GetFiles("./tests/System/rig/{rig,rig-enter,rig-host-init,iperf-as-2.2}"))
                .Where(file => !file.FullPath.Contains("/artifacts/")).Append(File(".ci/run").Path)));
        }

        RunTests("Unit", "FullyQualifiedName~Architecture");
    });

Task("Clean")
    .Description("Removes artifacts/.")
    .Does(() => CleanDirectory("artifacts"));

RunTarget(target);
if (tally.Ran)
{
    foreach (var line in tally.Skips.Concat(tally.Failures))
    {
        Console.WriteLine(line);
    }

    // The last line of the run, for people and machines.
    Console.WriteLine($"{tally.Passed} passed, {tally.Failed} failed, {tally.Skipped} skipped");
    Environment.Exit(tally.Failed > 0 ? 1 : 0);
}

// ---------------------------------------------------------------------------------------------------------------------

void Dotnet(string arguments) => Run("dotnet", arguments);

void Run(string tool, string arguments)
{
    var exitCode = TryRun(tool, arguments);
    if (exitCode != 0)
    {
        throw new CakeException(exitCode, $"'{tool} {arguments}' ended with exit code {exitCode}");
    }
}

int TryRun(string tool, string arguments)
{
    var watch = Stopwatch.StartNew();
    Console.WriteLine($"> {tool} {arguments}");
    var exitCode = StartProcess(tool, new ProcessSettings { Arguments = arguments });
    Console.WriteLine($"  {(exitCode == 0 ? "done" : $"exit code {exitCode}")} after {watch.Elapsed.TotalSeconds:F0} s");
    return exitCode;
}

// Options that are not Cake's own belong to the program that the target runs.
string PassedOn() => string.Join(' ',
    from option in Context.Arguments.GetArguments()
    where option.Key is not ("target" or "verbosity" or "suite")
    from value in option.Value
    select string.IsNullOrEmpty(value) ? $"--{option.Key}" : $"--{option.Key}={value}");

// The solution with these projects alone, for a file in a directory of artifacts/.
string FilterOf(IEnumerable<string> directories)
{
    var projects = directories.Select(directory => System.IO.Path.GetRelativePath(root, System.IO.Directory.GetFiles(System.IO.Path.Combine(root, directory), "*.csproj").Single()));
    return $"{{\"solution\":{{\"path\":\"../../{solution}\",\"projects\":[{string.Join(',', projects.Select(project => $"\"{project.Replace("/", "\\\\")}\""))}]}}}}";
}

string StampOf(string name) => System.IO.Path.Combine(root, "artifacts", "publish", name + ".stamp");

bool IsPublished(string name, string digest) =>
    System.IO.File.Exists(System.IO.Path.Combine(binaries, name)) && System.IO.File.Exists(StampOf(name)) && System.IO.File.ReadAllText(StampOf(name)) == digest;

void Install(string directory, string name, string digest)
{
    var binary = System.IO.Path.Combine(binaries, name);
    var project = System.IO.Path.GetFileNameWithoutExtension(System.IO.Directory.GetFiles(System.IO.Path.Combine(root, directory), "*.csproj").Single());
    System.IO.Directory.CreateDirectory(binaries);
    System.IO.Directory.CreateDirectory(System.IO.Path.GetDirectoryName(StampOf(name)));
    // Beside and rename: the old file may be running.
    System.IO.File.Copy(System.IO.Path.Combine(root, "artifacts", "build", "publish", project, "release_linux-x64", name), binary + ".new", overwrite: true);
    System.IO.File.Move(binary + ".new", binary, overwrite: true);
    System.IO.File.WriteAllText(StampOf(name), digest);
    Console.WriteLine($"{name}: {new System.IO.FileInfo(binary).Length / 1e6:F2} MB");
}

string DigestOf(string directory)
{
    var projects = new SortedSet<string>(StringComparer.Ordinal);
    Visit(System.IO.Path.Combine(root, directory));
    var files = projects
        .SelectMany(project => System.IO.Directory.EnumerateFiles(project, "*", System.IO.SearchOption.AllDirectories))
        .Concat(System.IO.Directory.EnumerateFiles(root, "Directory.*"))
        .Append(System.IO.Path.Combine(root, "global.json"))
        .Order(StringComparer.Ordinal);
    using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    foreach (var file in files)
    {
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(System.IO.Path.GetRelativePath(root, file)));
        hash.AppendData(System.IO.File.ReadAllBytes(file));
    }

    return Convert.ToHexString(hash.GetHashAndReset());

    void Visit(string project)
    {
        if (!projects.Add(project))
        {
            return;
        }

        var text = System.IO.File.ReadAllText(System.IO.Directory.GetFiles(project, "*.csproj").Single());
        foreach (Match reference in Regex.Matches(text, "<ProjectReference Include=\"([^\"]+)\""))
        {
            Visit(System.IO.Path.GetFullPath(System.IO.Path.Combine(project, System.IO.Path.GetDirectoryName(reference.Groups[1].Value)!)));
        }
    }
}

bool HasVariable(string name) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name));

// The files that a kustomization lists, and those of the kustomizations it lists, in order.
IEnumerable<string> Manifests(string directory) =>
    from line in System.IO.File.ReadLines(System.IO.Directory.GetFiles(directory, "?ustomization*").Single())
    where line.StartsWith("- ")
    let path = System.IO.Path.GetFullPath(System.IO.Path.Combine(directory, line[2..]))
    from text in System.IO.Directory.Exists(path) ? Manifests(path) : [System.IO.File.ReadAllText(path)]
    select text;

void RunTests(string project, string filter = null, string hangTimeout = "5m", string verbosity = "minimal")
{
    tally.Ran = true;
    var trx = System.IO.Path.Combine(results, project + ".trx");
    System.IO.Directory.CreateDirectory(results);
    System.IO.File.Delete(trx);
    var exitCode = TryRun("dotnet", $"test tests/{project} --configuration Release --no-build --nologo --results-directory {results}"
        + $" --logger \"trx;LogFileName={project}.trx\" --logger \"console;verbosity={verbosity}\" --blame-hang-timeout {hangTimeout} --blame-hang-dump-type none"
        + (filter is null ? "" : $" --filter {filter}"));
    tally.Add(project, exitCode, trx);
}

sealed class Tally
{
    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    public bool Ran { get; set; }
    public int Passed { get; private set; }
    public int Failed { get; private set; }
    public int Skipped { get; private set; }
    public List<string> Skips { get; } = [];
    public List<string> Failures { get; } = [];

    public void Add(string project, int exitCode, string trx)
    {
        var outcomes = System.IO.File.Exists(trx) ? XDocument.Load(trx).Descendants(Trx + "UnitTestResult").ToList() : [];
        foreach (var test in outcomes)
        {
            Add(project, (string)test.Attribute("testName"), (string)test.Attribute("outcome"), Reason(test));
        }

        // A run that crashed, or found nothing to run, is a failure however many tests passed before.
        var ownFailures = outcomes.Count(test => (string)test.Attribute("outcome") == "Failed");
        if (outcomes.Count == 0 || (exitCode != 0 && ownFailures == 0))
        {
            Failed++;
            Failures.Add($"FAILED  {project}: {(outcomes.Count == 0 ? "no test ran" : "the test run did not end well")} (exit code {exitCode})");
        }
    }

    private void Add(string project, string name, string outcome, string reason)
    {
        switch (outcome)
        {
            case "Passed":
                Passed++;
                break;
            case "Failed":
                Failed++;
                Failures.Add($"FAILED  {project}: {name}: {reason}");
                break;
            default:
                Skipped++;
                Skips.Add($"SKIPPED {project}: {name}: {reason}");
                break;
        }
    }

    private static string Reason(XElement test) =>
        test.Descendants(Trx + "Message").Select(message => message.Value.Trim().Split('\n')[0]).FirstOrDefault() ?? "no reason given";
}
