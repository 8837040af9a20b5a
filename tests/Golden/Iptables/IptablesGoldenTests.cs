using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Calico.Agent.Calc;
using Calico.Agent.Calc.Input;
using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane;
using Calico.Agent.Dataplane.Rules;
using Calico.Model.Net;

namespace Calico.Tests.Golden.Iptables;

/// <summary>
/// A case is a folder: input.json (node, settings, the host's interfaces, keys and values as in the datastore), expected.v4 and expected.v6.
/// The text is judged twice: against the files, and by whether both kinds of iptables print it as it is. <c>CALICO_UPDATE_GOLDENS=1</c>
/// rewrites the files.
/// </summary>
internal sealed class IptablesGoldenTests
{
    private static readonly bool Update = Environment.GetEnvironmentVariable("CALICO_UPDATE_GOLDENS") == "1";

    private static IEnumerable<string> Cases() => Directory.GetDirectories(Folder()).Select(path => Path.GetFileName(path)!).Order();

    [Test]
    public void Renders_the_expected_text([ValueSource(nameof(Cases))] string name, [Values] IpFamily family)
    {
        var file = Path.Combine(Folder(), name, family == IpFamily.IPv4 ? "expected.v4" : "expected.v6");
        var actual = Render(name, family);
        if (Update)
        {
            File.WriteAllText(file, actual);
        }

        Assert.That(actual, Is.EqualTo(File.ReadAllText(file)), $"{file} (see CALICO_UPDATE_GOLDENS)");
    }

    [Test]
    public void The_tool_prints_the_text_as_it_is(
        [ValueSource(nameof(Cases))] string name, [ValueSource(typeof(RuleTool), nameof(RuleTool.Backends))] string backend, [Values] IpFamily family) =>
        RuleTool.ExpectUnchanged(backend, family, Render(name, family));

    private static string Render(string name, IpFamily family)
    {
        using var input = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder(), name, "input.json")));
        var graph = new CalculationGraph(input.RootElement.GetProperty("node").GetString()!);
        foreach (var entry in input.RootElement.GetProperty("store").EnumerateObject())
        {
            graph.OnUpdate(StoreUpdateReader.Updated(entry.Name, Encoding.UTF8.GetBytes(entry.Value.GetRawText()))!);
        }

        var messages = graph.Flush();
        Assert.That(messages.OfType<ObjectProblems>(), Is.Empty);
        var workloads = messages.OfType<WorkloadEndpointUpdate>().ToList();
        var hosts = messages.OfType<HostEndpointUpdate>().ToList();
        var renderer = new RuleRenderer(OptionsOf(input.RootElement), family, ProtocolNames.FromFile(["ipencap 4 IP-ENCAP", "gre 47 GRE"]));
        return RuleText.Of(
            [
                .. renderer.Static(),
                .. messages.OfType<ActivePolicyUpdate>().SelectMany(policy => renderer.Policy(policy, hosts)),
                .. messages.OfType<ActiveProfileUpdate>().SelectMany(profile => renderer.Profile(profile, hosts)),
                .. workloads.SelectMany(renderer.Workload),
                .. renderer.WorkloadDispatch(workloads),
                .. renderer.Hosts(hosts, InterfacesOf(input.RootElement)),
            ],
            renderer.Hooks());
    }

    private static DataplaneOptions OptionsOf(JsonElement input)
    {
        var defaults = new DataplaneOptions();
        return defaults with
        {
            EndpointToHost = Choice(input, "endpointToHost", defaults.EndpointToHost),
            FilterAllow = Choice(input, "filterAllow", defaults.FilterAllow),
            ChainInsert = Choice(input, "chainInsert", defaults.ChainInsert),
            NatOutgoingExclusions = Choice(input, "natOutgoingExclusions", defaults.NatOutgoingExclusions),
            MarkMask = input.TryGetProperty("markMask", out var mask) ? mask.GetUInt32() : defaults.MarkMask,
            InterfacePrefixes = input.TryGetProperty("interfacePrefixes", out var list) ? [.. list.GetString()!.Split(',')] : defaults.InterfacePrefixes,
        };
    }

    private static T Choice<T>(JsonElement input, string property, T otherwise)
        where T : struct, Enum => input.TryGetProperty(property, out var value) ? Enum.Parse<T>(value.GetString()!) : otherwise;

    private static Dictionary<string, IReadOnlyCollection<IpAddress>> InterfacesOf(JsonElement input) =>
        input.TryGetProperty("interfaces", out var interfaces)
            ? interfaces.EnumerateObject().ToDictionary(
                own => own.Name, own => (IReadOnlyCollection<IpAddress>)[.. own.Value.EnumerateArray().Select(text => IpAddress.Parse(text.GetString()!))])
            : [];

    private static string Folder([CallerFilePath] string self = "") => Path.GetDirectoryName(self)!;
}
