using System.Text.Json.Nodes;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Processes;

namespace Calico.Tests.Aot;

/// <summary>
/// The programs as they are shipped: what compiles and runs under the JIT may still fail to start after trimming, or drag in a
/// dependency that every pod start pays for.
/// </summary>
internal sealed class PublishedProgramTests
{
    private const long MegaByte = 1_000_000;

    [TestCase("calico")]
    [TestCase("calico-ipam")]
    public async Task A_plugin_answers_version(string plugin)
    {
        var command = new Command(Path.Combine(Binaries.Directory, plugin))
        {
            CleanEnvironment = true,
            Environment = new Dictionary<string, string> { ["CNI_COMMAND"] = "VERSION" },
            Stdin = """{"cniVersion":"1.1.0"}""",
        };
        var answer = JsonNode.Parse(await command.OutputAsync())!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)answer["cniVersion"], Is.EqualTo("1.1.0"));
            Assert.That(answer["supportedVersions"]!.AsArray().Select(version => (string)version!), Is.SupersetOf((string[])["0.3.1", "0.4.0", "1.0.0", "1.1.0"]));
        }
    }

    [TestCase("calico-agent")]
    [TestCase("calicoctl")]
    public async Task A_program_prints_its_version(string program)
    {
        var text = await new Command(Path.Combine(Binaries.Directory, program), "--version").OutputAsync();
        Assert.That(text.Trim(), Does.Match(@"\d+\.\d+\.\d+"));
    }

    [Test]
    public void Calico_is_at_most_3_megabytes() =>
        Assert.That(new FileInfo(Binaries.Calico).Length, Is.AtMost(3 * MegaByte));

    [Test]
    public void Calico_needs_no_library_of_the_host() =>
        Assert.That(ElfImage.Read(Binaries.Calico).IsStatic, Is.True, "the host's glibc may be older than the one it was built with");

    [Test]
    public void A_program_of_the_host_is_recognised_as_dynamic() =>
        Assert.That(ElfImage.Read("/proc/self/exe").IsStatic, Is.False);
}
