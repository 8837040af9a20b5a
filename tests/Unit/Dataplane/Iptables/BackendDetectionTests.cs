using Calico.Agent.Dataplane;
using Calico.Agent.Dataplane.Iptables;
using Calico.Linux;

namespace Calico.Tests.Unit.Dataplane.Iptables;

internal sealed class BackendDetectionTests
{
    private const string Ours = "*filter\n:FORWARD ACCEPT [0:0]\n:cali-a - [0:0]\n-A FORWARD -j cali-a\n-A cali-a -j ACCEPT\nCOMMIT\n";
    private const string Others = "*nat\n:KUBE-x - [0:0]\n-A KUBE-x -j ACCEPT\nCOMMIT\n";
    private Dictionary<string, string> _saves = null!;
    private Dictionary<string, string> _versions = null!;

    [SetUp]
    public void SetUp()
    {
        _saves = [];
        _versions = new() { ["nft"] = "v1.8.9 (nf_tables)", ["legacy"] = "v1.8.9 (legacy)" };
    }

    [TestCase("", "", IptablesBackend.Nft)]
    [TestCase("", Others, IptablesBackend.Legacy)]
    [TestCase(Others, "", IptablesBackend.Nft)]
    [TestCase("", Ours, IptablesBackend.Nft, Description = "what we left there ourselves does not count")]
    [TestCase(Others, Others, IptablesBackend.Nft)]
    public async Task The_back_end_with_more_rules_of_others_is_taken(string nft, string legacy, IptablesBackend expected)
    {
        (_saves["iptables-nft-save"], _saves["iptables-legacy-save"]) = (nft, legacy);
        Assert.That(await DetectAsync(IptablesBackend.Auto), Is.EqualTo(expected));
    }

    [Test]
    public async Task The_rules_of_IPv6_count_as_well()
    {
        _saves["ip6tables-legacy-save"] = Others;
        Assert.That(await DetectAsync(IptablesBackend.Auto), Is.EqualTo(IptablesBackend.Legacy));
    }

    [Test]
    public async Task One_that_is_not_installed_or_too_old_is_not_taken([Values("", "v1.8.2 (nf_tables)")] string version)
    {
        _saves["iptables-nft-save"] = Others;
        _versions["nft"] = version;
        Assert.That(await DetectAsync(IptablesBackend.Auto), Is.EqualTo(IptablesBackend.Legacy));
        await Assert.ThrowsAsync(Is.InstanceOf<IOException>().And.Message.Contains("iptables-nft"), () => DetectAsync(IptablesBackend.Nft));
    }

    [Test]
    public async Task With_none_installed_the_error_says_what_to_install()
    {
        _versions["nft"] = _versions["legacy"] = "";
        Assert.That((await Assert.ThrowsAsync<IOException>(() => DetectAsync(IptablesBackend.Auto)))!.Message, Does.Contain("Install iptables"));
    }

    private Task<IptablesBackend> DetectAsync(IptablesBackend wanted) => new BackendDetection(RunAsync).DetectAsync(wanted, default);

    private Task<CommandResult> RunAsync(
        string program, IReadOnlyList<string> arguments, string? input, Action<string>? onLine, CancellationToken cancellationToken)
    {
        var version = _versions[program.Contains("nft", StringComparison.Ordinal) ? "nft" : "legacy"];
        if (version.Length == 0)
        {
            throw new FileNotFoundException($"{program} cannot be executed: No such file or directory", program);
        }

        _saves.GetValueOrDefault(program, "").Split('\n').ToList().ForEach(line => onLine?.Invoke(line));
        return Task.FromResult(new CommandResult(0, onLine is null ? $"iptables {version}\n" : "", ""));
    }
}
