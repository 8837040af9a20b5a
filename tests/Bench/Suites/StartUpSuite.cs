using Calico.Tests.Bench.Measures;
using Calico.Tests.Bench.Spawn;
using Calico.Tests.Rig;

namespace Calico.Tests.Bench.Suites;

/// <summary>What a process costs before it does anything: VERSION of our programs next to /bin/true.</summary>
internal static class StartUpSuite
{
    public const string Nothing = "/bin/true";
    public const string Calico = "calico VERSION";
    public const string CalicoIpam = "calico-ipam VERSION";

    private static readonly Dictionary<string, string> VersionCall = new() { ["CNI_COMMAND"] = "VERSION" };

    public static Series Run(Method method)
    {
        (string Name, ProgramStart Start)[] programs =
        [
            (Nothing, new ProgramStart(Nothing, VersionCall)),
            (Calico, new ProgramStart(Binaries.Calico, VersionCall, """{"cniVersion":"1.0.0"}""")),
            (CalicoIpam, new ProgramStart(Binaries.CalicoIpam, VersionCall, """{"cniVersion":"1.0.0"}""")),
        ];
        var samples = programs.Select(program => new Samples(program.Name)).ToArray();
        for (var round = 0; round < method.StartUps; round++)
        {
            foreach (var index in Turn.Of(round, programs.Length))
            {
                var run = Launcher.Run(programs[index].Start).OrThrow();
                samples[index].Add(run.Elapsed, run.Processor);
            }
        }

        return new Series("start to end of a process", samples);
    }
}
