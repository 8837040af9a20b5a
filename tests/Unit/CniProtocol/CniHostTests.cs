using System.Text;
using System.Text.Json;
using Calico.Cni.Protocol;
using Calico.Model.Net;

namespace Calico.Tests.Unit.CniProtocol;

internal sealed class CniHostTests
{
    private static readonly string[] Verbs = ["ADD", "DEL", "CHECK", "GC", "STATUS"];

    private static readonly Dictionary<string, string[]> Required = new()
    {
        ["ADD"] = ["CNI_CONTAINERID", "CNI_NETNS", "CNI_IFNAME"],
        ["DEL"] = ["CNI_CONTAINERID", "CNI_IFNAME"],
        ["CHECK"] = ["CNI_CONTAINERID", "CNI_NETNS", "CNI_IFNAME"],
        ["GC"] = ["CNI_PATH"],
        ["STATUS"] = [],
    };

    private static readonly CniResult Result = new()
    {
        Interfaces = [new CniInterface("cali1", "ee:ee:ee:ee:ee:ee", 1450)],
        Ips = [new CniIp(InterfaceAddress.Parse("10.0.0.1/32"), Interface: 0)],
    };

    private static IEnumerable<TestCaseData> VerbsByVersion() =>
        from verb in Verbs
        from version in (string[])["", "0.1.0", "0.2.0", "0.3.0", .. CniVersion.Supported, "1.2.0", "x"]
        let known = CniVersion.IsSupported(version)
        let allowed = verb switch { "CHECK" => known && version != "0.3.1", "GC" or "STATUS" => version == "1.1.0", _ => known }
        select new TestCaseData(verb, version, allowed);

    private static IEnumerable<TestCaseData> MissingVariables() =>
        from verb in Verbs
        let required = Required[verb]
        from mask in Enumerable.Range(1, (1 << required.Length) - 1)
        select new TestCaseData(verb, required.Where((_, i) => (mask & (1 << i)) != 0).ToArray());

    [TestCaseSource(nameof(VerbsByVersion))]
    public void Each_version_has_its_verbs(string verb, string version, bool allowed)
    {
        var run = Run(verb, version);

        if (allowed)
        {
            Assert.That((run.ExitCode, run.Calls), Is.EqualTo((0, 1)), run.Output);
            Assert.That(run.Output, verb == "ADD" ? Does.StartWith($$"""{"cniVersion":"{{version}}",""") : Is.Empty);
        }
        else
        {
            Assert.That((run.ExitCode, run.Calls, run.Code), Is.EqualTo((1, 0, 1)), run.Output);
            Assert.That(run.Output, Does.Contain("0.3.1, 0.4.0, 1.0.0, 1.1.0"));
        }
    }

    [TestCaseSource(nameof(MissingVariables))]
    public void Every_missing_variable_is_named(string verb, string[] missing)
    {
        var run = Run(verb, "1.1.0", environment =>
        {
            foreach (var name in missing)
            {
                environment.Remove(name);
            }
        });

        Assert.That((run.ExitCode, run.Calls, run.Code), Is.EqualTo((1, 0, 4)), run.Output);
        Assert.That(Required[verb].Where(run.Message.Contains), Is.EqualTo(missing));
    }

    [Test]
    public void Del_needs_no_network_namespace()
    {
        var run = Run("DEL", "1.0.0", environment => environment["CNI_NETNS"] = "");

        Assert.That((run.ExitCode, run.Output, run.Call!.Request.NetNs), Is.EqualTo((0, "", "")));
    }

    [TestCase("CNI_CONTAINERID", "-c")]
    [TestCase("CNI_CONTAINERID", "a/b")]
    [TestCase("CNI_CONTAINERID", "a b")]
    [TestCase("CNI_CONTAINERID", "ä")]
    [TestCase("CNI_IFNAME", ".")]
    [TestCase("CNI_IFNAME", "..")]
    [TestCase("CNI_IFNAME", "a/b")]
    [TestCase("CNI_IFNAME", "a:b")]
    [TestCase("CNI_IFNAME", "a b")]
    [TestCase("CNI_IFNAME", "abcdefghijklmnop")]
    [TestCase("CNI_COMMAND", "add")]
    [TestCase("CNI_ARGS", "novalue")]
    public void A_malformed_variable_is_named(string name, string value)
    {
        var run = Run("ADD", "1.1.0", environment => environment[name] = value);

        Assert.That((run.ExitCode, run.Calls, run.Code), Is.EqualTo((1, 0, 4)), run.Output);
        Assert.That(run.Message, Does.Contain(name));
    }

    [Test]
    public void The_plugin_gets_the_call_taken_apart()
    {
        var run = Run("ADD", "1.0.0", environment => environment["CNI_ARGS"] = "IgnoreUnknown=1;K8S_POD_NAMESPACE=ns;K8S_POD_NAME=pod");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(run.Call!.Request with { Conf = default }, Is.EqualTo(new PluginRequest(
                CniCommand.Add, "c1", "/run/netns/a", "abcdefghijklmno", "IgnoreUnknown=1;K8S_POD_NAMESPACE=ns;K8S_POD_NAME=pod", "/opt/cni/bin", default)));
            Assert.That(Encoding.UTF8.GetString(run.Call.Request.Conf.Span), Is.EqualTo(Conf("1.0.0")));
            Assert.That(run.Call.Conf.Name, Is.EqualTo("net"));
            Assert.That((run.Call.Arguments.PodNamespace, run.Call.Arguments.PodName), Is.EqualTo(("ns", "pod")));
        }
    }

    [TestCase("""{"cniVersion":"1.0.0"}""", "1.0.0")]
    [TestCase("""{"cniVersion":"0.1.0","other":[{}]}""", "0.1.0")]
    [TestCase("{}", "1.1.0")]
    [TestCase("", "1.1.0")]
    public void Version_answers_with_the_asked_version_and_all_that_we_speak(string input, string version)
    {
        var run = Run(input, Environment("VERSION"));

        Assert.That((run.ExitCode, run.Calls, run.Output), Is.EqualTo(
            (0, 0, $$"""{"cniVersion":"{{version}}","supportedVersions":["0.3.1","0.4.0","1.0.0","1.1.0"]}""")));
    }

    [TestCase("ADD", "not json", 6)]
    [TestCase("ADD", "", 6)]
    [TestCase("VERSION", "not json", 6)]
    [TestCase("ADD", """{"cniVersion":"1.0.0","type":"calico"}""", 7)]
    [TestCase("ADD", """{"cniVersion":"1.0.0","name":"net","type":"calico","mtu":"x"}""", 6)]
    [TestCase("CHECK", """{"cniVersion":"1.0.0","name":"net","type":"calico"}""", 7)]
    [TestCase("GC", """{"cniVersion":"1.1.0","name":"net","type":"calico"}""", 7)]
    public void A_conf_that_cannot_serve_the_verb_is_refused(string verb, string conf, int code)
    {
        var run = Run(conf, Environment(verb));

        Assert.That((run.ExitCode, run.Calls, run.Code), Is.EqualTo((1, 0, code)), run.Output);
    }

    [Test]
    public void A_version_that_we_do_not_speak_is_told_before_its_fields_are_judged()
    {
        var run = Run("""{"cniVersion":"9.0.0","mtu":{"new":"shape"}}""", Environment("ADD"));

        Assert.That((run.ExitCode, run.Code), Is.EqualTo((1, 1)));
    }

    [Test]
    public void An_error_of_the_plugin_is_the_one_thing_printed()
    {
        var run = Run(Conf("0.4.0"), Environment("ADD"), _ => throw new CniException(CniErrorCode.TryAgainLater, "pool is full", "add a pool"));

        Assert.That((run.ExitCode, run.Output), Is.EqualTo((1, """{"cniVersion":"0.4.0","code":11,"msg":"pool is full","details":"add a pool"}""")));
    }

    [Test]
    public void An_unexpected_exception_is_code_100_without_a_stack_trace()
    {
        var run = Run(Conf("1.0.0"), Environment("DEL"), _ => throw new InvalidOperationException("broken\n   at Some.Method()"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((run.ExitCode, run.Code), Is.EqualTo((1, 100)));
            Assert.That(run.Output, Does.Contain("InvalidOperationException").And.Not.Contain("   at "));
        }
    }

    [Test]
    public void An_add_without_a_result_is_a_fault_of_the_plugin() =>
        Assert.That(Run(Conf("1.0.0"), Environment("ADD"), _ => null).Code, Is.EqualTo(100));

    [TestCase("DEL")]
    [TestCase("GC")]
    public void A_result_of_another_verb_is_not_printed(string verb) =>
        Assert.That(Run(Conf("1.1.0"), Environment(verb), _ => Result).Output, Is.Empty);

    [TestCase("--help", 0, "CNI_COMMAND=VERSION calico")]
    [TestCase("-h", 0, "CNI_COMMAND=VERSION calico")]
    [TestCase("--version", 0, "calico 0.1.0, CNI 0.3.1, 0.4.0, 1.0.0, 1.1.0\n")]
    [TestCase("-v", 0, "calico 0.1.0, CNI 0.3.1, 0.4.0, 1.0.0, 1.1.0\n")]
    [TestCase("install", 1, "CNI_COMMAND=VERSION calico")]
    public void A_person_is_taught(string argument, int exitCode, string text)
    {
        using var output = new MemoryStream();
        var exit = new CniHost("calico", _ => Result).Run([argument], new Dictionary<string, string>(), Stream.Null, output);

        Assert.That(exit, Is.EqualTo(exitCode));
        Assert.That(Encoding.UTF8.GetString(output.ToArray()), Does.Contain(text));
    }

    [Test]
    public void Without_a_call_in_the_environment_a_person_is_taught()
    {
        var run = Run("", new Dictionary<string, string> { ["PATH"] = "/bin" });

        Assert.That((run.ExitCode, run.Output.StartsWith("calico 0.1.0", StringComparison.Ordinal)), Is.EqualTo((0, true)));
    }

    [Test]
    public void A_call_without_a_verb_is_an_error_and_no_lesson() =>
        Assert.That(Run("ADD", "1.0.0", environment => environment.Remove("CNI_COMMAND")).Code, Is.EqualTo(4));

    [Test]
    public void Input_that_cannot_be_read_is_an_io_failure()
    {
        using var output = new MemoryStream();
        var exit = new CniHost("calico", _ => Result).Run([], Environment("ADD"), new BrokenStream(), output);

        Assert.That((exit, CniErrorReader.Read(output.ToArray()).Code), Is.EqualTo((1, CniErrorCode.IoFailure)));
    }

    [Test]
    public void The_log_tells_how_a_verb_ended_and_nothing_of_the_conf()
    {
        var directory = Directory.CreateTempSubdirectory("calico-host-");
        try
        {
            var path = Path.Combine(directory.FullName, "cni.log");
            var conf = $$"""{"policy":{"k8s_auth_token":"s3cret"},"cniVersion":"1.0.0","name":"net","type":"calico","log_file_path":"{{path}}"}""";
            Run(conf, Environment("ADD"));
            Run(conf, Environment("DEL"), _ => throw new CniException(CniErrorCode.TryAgainLater, "store away"));

            var lines = File.ReadAllLines(path);
            Assert.That(lines, Has.Length.EqualTo(2));
            Assert.That(lines[0], Does.Match(@" INFO c1 abcdefghijklmno ADD succeeded in \d+\.\d ms$"));
            Assert.That(lines[1], Does.Match(@" ERROR c1 abcdefghijklmno DEL failed in \d+\.\d ms: code 11: store away"));
            Assert.That(lines, Has.None.Contains("s3cret"));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static Outcome Run(string verb, string version, Action<Dictionary<string, string>>? change = null)
    {
        var environment = Environment(verb);
        change?.Invoke(environment);
        return Run(Conf(version), environment);
    }

    private static Outcome Run(string input, Dictionary<string, string> environment, Func<CniCall, CniResult?>? plugin = null)
    {
        var calls = new List<CniCall>();
        using var output = new MemoryStream();
        var host = new CniHost("calico", call =>
        {
            calls.Add(call);
            return plugin is null ? Result : plugin(call);
        });
        var exitCode = host.Run([], environment, new MemoryStream(Encoding.UTF8.GetBytes(input)), output);
        return new Outcome(exitCode, Encoding.UTF8.GetString(output.ToArray()), plugin is null ? calls.Count : 0, calls.FirstOrDefault());
    }

    private static Dictionary<string, string> Environment(string verb) => new()
    {
        ["CNI_COMMAND"] = verb,
        ["CNI_CONTAINERID"] = "c1",
        ["CNI_NETNS"] = "/run/netns/a",
        ["CNI_IFNAME"] = "abcdefghijklmno",
        ["CNI_PATH"] = "/opt/cni/bin",
    };

    private static string Conf(string version) =>
        $$"""
        {"cniVersion":"{{version}}","name":"net","type":"calico","log_file_path":"","prevResult":{"cniVersion":"1.0.0"},"cni.dev/valid-attachments":[]}
        """;

    private sealed record Outcome(int ExitCode, string Output, int Calls, CniCall? Call)
    {
        public int Code => JsonDocument.Parse(Output).RootElement.GetProperty("code").GetInt32();

        public string Message => JsonDocument.Parse(Output).RootElement.GetProperty("msg").GetString()!;
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override int Read(Span<byte> buffer) => throw new IOException("Input/output error");
    }
}
