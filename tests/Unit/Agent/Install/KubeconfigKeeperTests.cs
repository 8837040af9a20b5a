using Calico.Agent.Install;
using Calico.Agent.Options;
using Calico.Store.Kubernetes;
using Calico.Tests.Unit.Agent.Kubernetes;
using Calico.Tests.Unit.Dataplane.Tools;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Unit.Agent.Install;

internal sealed class KubeconfigKeeperTests
{
    private readonly SettableTime _time = new();
    private string _root = "";
    private ScriptedApi _api = null!;
    private KubeconfigKeeper _keeper = null!;

    private string Kubeconfig => File.ReadAllText(Path.Combine(_root, "calico-kubeconfig"));

    [SetUp]
    public void Arrange()
    {
        _root = Directory.CreateTempSubdirectory("calico-kubeconfig").FullName;
        File.WriteAllText(Path.Combine(_root, "ca.crt"), "ca 1");
        _api = new ScriptedApi();
        var options = OptionsReader.ReadInstall(setting => setting.Variable == "CNI_NET_MOUNT" ? _root : null).Cni;
        _keeper = new KubeconfigKeeper(options, _api, "kube-system", new Uri("https://[fd00::1]:6443"), Path.Combine(_root, "ca.crt"), NullLogger.Instance, _time);
        Give("first", TimeSpan.FromHours(8));
    }

    [TearDown]
    public void Clean() => Directory.Delete(_root, recursive: true);

    [Test]
    public async Task A_token_is_renewed_when_a_quarter_of_its_life_is_over()
    {
        await UpdateAsync();
        Give("second", TimeSpan.FromHours(8));
        await UpdateAsync(TimeSpan.FromMinutes(119));
        Assert.That(Kubeconfig, Does.Contain("\"first\""));
        await UpdateAsync(TimeSpan.FromMinutes(2));
        Assert.That(Kubeconfig, Does.Contain("\"second\"").And.Not.Contain("\"first\""));
    }

    [Test]
    public async Task What_others_do_to_the_file_is_undone_without_a_new_token()
    {
        await UpdateAsync();
        var before = Kubeconfig;
        await File.WriteAllTextAsync(Path.Combine(_root, "calico-kubeconfig"), "gone");
        await UpdateAsync(TimeSpan.FromSeconds(5));
        Assert.That(Kubeconfig, Is.EqualTo(before));
        File.SetUnixFileMode(Path.Combine(_root, "calico-kubeconfig"), UnixFileMode.UserRead | UnixFileMode.OtherRead);
        await UpdateAsync(TimeSpan.FromSeconds(5));
        Assert.That(File.GetUnixFileMode(Path.Combine(_root, "calico-kubeconfig")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public async Task Another_authority_of_the_API_reaches_the_file()
    {
        await UpdateAsync();
        await File.WriteAllTextAsync(Path.Combine(_root, "ca.crt"), "ca 2");
        await UpdateAsync(TimeSpan.FromSeconds(5));
        Assert.That(Kubeconfig, Does.Contain(Convert.ToBase64String("ca 2"u8)).And.Contain("\"first\""));
    }

    [Test]
    public async Task While_the_API_is_away_the_file_stays()
    {
        await UpdateAsync();
        var before = Kubeconfig;
        _api.Failure = ScriptedApi.Away;
        Assert.That(() => UpdateAsync(TimeSpan.FromHours(3)), Throws.TypeOf<KubernetesException>());
        Assert.That(Kubeconfig, Is.EqualTo(before));
    }

    private void Give(string token, TimeSpan life) => _api.Tokens.Enqueue(new ServiceAccountToken(token, _time.GetUtcNow() + life));

    private Task UpdateAsync(TimeSpan after = default)
    {
        _time.Advance(after);
        return _keeper.UpdateAsync(CancellationToken.None);
    }
}
