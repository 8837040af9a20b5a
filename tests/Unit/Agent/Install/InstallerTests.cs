using System.Text.Json.Nodes;
using Calico.Agent.Install;
using Calico.Agent.Options;
using Calico.Agent.Purge;
using Calico.Hosting;
using Calico.Store.Kubernetes;
using Calico.Tests.Unit.Agent.Kubernetes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Unit.Agent.Install;

internal sealed class InstallerTests
{
    private const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private string _root = "";
    private ScriptedApi _api = null!;

    [SetUp]
    public void Arrange()
    {
        _root = Directory.CreateTempSubdirectory("calico-install").FullName;
        foreach (var directory in new[] { "image", "bin", "net", "lib", "secret", "account" })
        {
            Directory.CreateDirectory(Path.Combine(_root, directory));
        }

        Write("image/calico", "calico 2");
        Write("image/calico-ipam", "calico-ipam 2");
        Write("image/portmap", "portmap of the image");
        Write("secret/etcd-ca", "ca 1");
        Write("secret/etcd-cert", "cert 1");
        Write("secret/etcd-key", "key 1");
        Write("account/ca.crt", "api ca");
        _api = new ScriptedApi();
        _api.Tokens.Enqueue(new ServiceAccountToken("token-1", DateTimeOffset.UtcNow.AddHours(24)));
    }

    [TearDown]
    public void Clean() => Directory.Delete(_root, recursive: true);

    [Test]
    public async Task Everything_is_installed_and_secrets_are_the_owners_alone()
    {
        await InstallAsync();
        var conf = JsonNode.Parse(Read("net/10-calico.conflist"))!["plugins"]![0]!;
        Assert.Multiple(() =>
        {
            Assert.That(Read("bin/calico"), Is.EqualTo("calico 2"));
            Assert.That(File.GetUnixFileMode(At("bin/calico")).HasFlag(UnixFileMode.OtherExecute));
            Assert.That(Read("bin/portmap"), Is.EqualTo("portmap of the image"));
            Assert.That((string)conf["etcd_endpoints"]!, Is.EqualTo("https://10.96.0.7:2379"));
            Assert.That((string)conf["etcd_key_file"]!, Is.EqualTo("/etc/cni/net.d/calico-tls/etcd-key"));
            Assert.That((string)conf["kubernetes"]!["kubeconfig"]!, Is.EqualTo("/etc/cni/net.d/calico-kubeconfig"));
            Assert.That((int)conf["mtu"]!, Is.Zero);
            Assert.That(Read("net/calico-kubeconfig"), Does.Contain("token: \"token-1\"").And.Contain("server: \"https://10.96.0.1\""));
            foreach (var file in new[] { "net/10-calico.conflist", "net/calico-kubeconfig", "net/calico-tls/etcd-key" })
            {
                Assert.That(File.GetUnixFileMode(At(file)), Is.EqualTo(Secret), file);
            }
        });
    }

    [TestCase("none", "false")]
    [TestCase("autodetect", "true")]
    public async Task Pods_get_the_families_that_their_node_has(string ip6, string assigned)
    {
        await InstallAsync(("IP6", ip6));
        var ipam = JsonNode.Parse(Read("net/10-calico.conflist"))!["plugins"]![0]!["ipam"]!;
        Assert.That(((string)ipam["assign_ipv4"]!, (string)ipam["assign_ipv6"]!), Is.EqualTo(("true", assigned)));
    }

    [Test]
    public async Task A_right_that_comes_after_us_is_waited_for()
    {
        _api.Failure = new KubernetesException("not yet") { StatusCode = 403 };
        var installing = InstallAsync();
        await Task.Delay(50);
        Assert.That(installing.IsCompleted, Is.False);
        _api.Failure = null;
        await installing.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.That(Read("net/calico-kubeconfig"), Does.Contain("token-1"));
    }

    [Test]
    public async Task A_second_run_writes_nothing()
    {
        await InstallAsync();
        var before = Stamps();
        _api.Tokens.Enqueue(new ServiceAccountToken("token-1", DateTimeOffset.UtcNow.AddHours(24)));
        await InstallAsync();
        Assert.That(Stamps(), Is.EqualTo(before));
    }

    [Test]
    public async Task The_kubeconfig_that_is_written_is_one_that_we_read()
    {
        Write("account/ca.crt", File.ReadAllText(At("account/ca.crt")));
        await InstallAsync();
        Assert.That(KubernetesConfig.FromKubeconfig(At("net/calico-kubeconfig")).Server, Is.EqualTo(new Uri("https://10.96.0.1:443")));
    }

    [Test]
    public async Task Helpers_of_the_host_stay_and_are_not_ours()
    {
        Write("bin/portmap", "portmap of the host");
        await InstallAsync();
        Assert.That(Read("bin/portmap"), Is.EqualTo("portmap of the host"));
        Assert.That(new InstallRecord(At("lib/cni-installed")).Names, Is.EquivalentTo(new[] { "calico", "calico-ipam" }));
    }

    [Test]
    public async Task A_helper_that_we_brought_is_replaced_by_a_later_one()
    {
        await InstallAsync();
        Write("image/portmap", "portmap 3");
        _api.Tokens.Enqueue(new ServiceAccountToken("t", DateTimeOffset.UtcNow.AddHours(24)));
        await InstallAsync();
        Assert.That(Read("bin/portmap"), Is.EqualTo("portmap 3"));
    }

    [Test]
    public async Task Programs_can_be_skipped_or_left_as_they_are()
    {
        Write("bin/calico", "calico 1");
        await InstallAsync(("SKIP_CNI_BINARIES", "portmap"), ("UPDATE_CNI_BINARIES", "false"));
        Assert.That((Read("bin/calico"), Read("bin/calico-ipam"), File.Exists(At("bin/portmap"))), Is.EqualTo(("calico 1", "calico-ipam 2", false)));
    }

    [Test]
    public async Task With_an_agent_that_follows_a_first_conflist_waits_and_one_that_is_there_is_replaced()
    {
        await InstallAsync(("CALICO_MANAGE_CNI", "true"));
        Assert.That(File.Exists(At("net/10-calico.conflist")), Is.False);
        var options = Options(("CALICO_MANAGE_CNI", "true")).Cni;
        new HostFiles(options, null, NullLogger.Instance, TimeProvider.System).Publish();
        Assert.That(Read("net/10-calico.conflist"), Does.Contain("k8s-pod-network"));
        _api.Tokens.Enqueue(new ServiceAccountToken("t", DateTimeOffset.UtcNow.AddHours(24)));
        await InstallAsync(("CALICO_MANAGE_CNI", "true"), ("CNI_MTU", "1440"));
        Assert.That(Read("net/10-calico.conflist"), Does.Contain("1440"));
        Assert.That(File.Exists(options.PendingConfFile), Is.False);
    }

    [Test]
    public async Task A_template_without_a_value_is_refused_before_anything_changes()
    {
        var failure = await Assert.ThrowsAsync<InstallException>(() => InstallAsync(("CNI_NETWORK_CONFIG", """{"name":"n","plugins":[{"type":"__WHAT__"}]}""")));
        Assert.That(failure!.Message, Does.Contain("__WHAT__"));
        Assert.That(Directory.GetFileSystemEntries(At("bin")), Is.Empty);
    }

    [TestCase("{", "10-calico.conflist", "no JSON")]
    [TestCase("""{"name":"n","type":"calico"}""", "10-calico.conflist", ".conf")]
    [TestCase("""{"name":"n","plugins":[{"type":"calico"}]}""", "10-calico.conf", ".conflist")]
    [TestCase("""{"plugins":[]}""", "10-calico.conflist", "name")]
    [TestCase("""{"name":"n","plugins":[]}""", "10-calico.conflist", "plugins")]
    public void A_template_that_makes_no_network_configuration_is_refused(string template, string file, string hint) =>
        Assert.That(Assert.Throws<InstallException>(() => ConfTemplate.Render(template, new Dictionary<string, string>(), file))!.Message, Does.Contain(hint));

    [Test]
    public async Task An_image_without_our_programs_is_refused()
    {
        File.Delete(At("image/calico"));
        var failure = await Assert.ThrowsAsync<InstallException>(() => InstallAsync());
        Assert.That(failure!.Message, Does.Contain("calico"));
    }

    [Test]
    public async Task Another_configuration_that_comes_first_is_found()
    {
        await InstallAsync();
        Assert.That(ConfDirectory.Before(At("net/10-calico.conflist")), Is.Null);
        Write("net/05-other.conf", "{}");
        Write("net/01-note.txt", "");
        Assert.That(ConfDirectory.Before(At("net/10-calico.conflist")), Is.EqualTo(At("net/05-other.conf")));
    }

    [Test]
    public async Task Certificates_follow_their_Secret()
    {
        await InstallAsync();
        Write("secret/etcd-cert", "cert 2");
        new EtcdCertificates(Options().Cni, NullLogger.Instance).Update();
        Assert.That(Read("net/calico-tls/etcd-cert"), Is.EqualTo("cert 2"));
    }

    [Test]
    public void What_the_settings_cannot_mean_is_named()
    {
        Assert.That(
            Assert.Throws<OptionsException>(() => Options(("CNI_CONF_NAME", "../x.conflist")))!.Faults.Single(), Does.StartWith("CNI_CONF_NAME"));
        Assert.That(
            Assert.Throws<OptionsException>(() => Options(("CNI_NETWORK_CONFIG_FILE", "/no/such/file")))!.Faults.Single(), Does.StartWith("CNI_NETWORK_CONFIG_FILE"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Uninstalling_leaves_what_was_there_before_us_even_where_the_kernel_cannot_be_cleaned(bool purgeFails)
    {
        Write("bin/portmap", "portmap of the host");
        Write("bin/ptp", "ptp of the host");
        Write("net/99-other.conflist", "{}");
        Write("lib/of-another", "");
        var before = Contents();
        await InstallAsync(("CALICO_MANAGE_CNI", "true"));
        var cni = Options(("CALICO_MANAGE_CNI", "true")).Cni with { LogDirectory = At("log/cni") };
        new HostFiles(cni, null, NullLogger.Instance, TimeProvider.System).Publish();
        Write(Directory.CreateDirectory(cni.LogDirectory).FullName + "/cni.log", "ADD");
        var conflistAtPurge = true;
        Task<PurgeReport> Purge(CancellationToken _)
        {
            conflistAtPurge = File.Exists(cni.ConfFile);
            return purgeFails ? throw new InvalidOperationException("no iptables here") : Task.FromResult(new PurgeReport { DryRun = false, Removed = [], Left = [] });
        }

        await new Uninstaller(cni, At("run"), At("lib"), Purge, NullLogger.Instance, TimeProvider.System).RunAsync(() => Task.FromResult(false));
        Assert.That(Contents(), Is.EqualTo(before));
        Assert.That(conflistAtPurge, Is.False, "no runtime may call us any more when devices go");
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task The_data_of_the_clusters_own_etcd_go_only_when_etcd_is_deleted_too(bool isGone)
    {
        Directory.CreateDirectory(At("lib/etcd/data"));
        Write("lib/etcd/data/db", "everything");
        var nothing = new PurgeReport { DryRun = false, Removed = [], Left = [] };
        await new Uninstaller(null, At("run"), At("lib"), _ => Task.FromResult(nothing), NullLogger.Instance, TimeProvider.System).RunAsync(() => Task.FromResult(isGone));
        Assert.That(File.Exists(At("lib/etcd/data/db")), Is.Not.EqualTo(isGone));
    }

    private Dictionary<string, string> Contents() =>
        Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories).ToDictionary(path => path, File.ReadAllText);

    private Task InstallAsync(params (string Name, string Value)[] settings)
    {
        var cni = Options(settings).Cni;
        var keeper = new KubeconfigKeeper(cni, _api, "kube-system", new Uri("https://10.96.0.1:443"), At("account/ca.crt"), NullLogger.Instance, TimeProvider.System);
        return new Installer(cni, keeper, NullLogger.Instance, TimeProvider.System).RunAsync(CancellationToken.None);
    }

    private InstallOptions Options(params (string Name, string Value)[] settings)
    {
        var environment = new Dictionary<string, string>
        {
            ["CNI_SOURCE_DIR"] = At("image"),
            ["CNI_BIN_MOUNT"] = At("bin"),
            ["CNI_NET_MOUNT"] = At("net"),
            ["CALICO_LIB_DIR"] = At("lib"),
            ["ETCD_ENDPOINTS"] = "https://10.96.0.7:2379",
            ["ETCD_CA_CERT_FILE"] = At("secret/etcd-ca"),
            ["ETCD_CERT_FILE"] = At("secret/etcd-cert"),
            ["ETCD_KEY_FILE"] = At("secret/etcd-key"),
            ["KUBERNETES_SERVICE_HOST"] = "10.96.0.1",
        };
        foreach (var (name, value) in settings)
        {
            environment[name] = value;
        }

        return OptionsReader.ReadInstall(setting => Settings.OfInstall.Contains(setting)
            ? environment.GetValueOrDefault(setting.Variable)
            : throw new AssertionException($"install reads {setting.Variable}, which is none of its settings"));
    }

    private List<(string Path, DateTime Written)> Stamps() =>
        [.. Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => (path, File.GetLastWriteTimeUtc(path)))];

    private string At(string path) => Path.Combine(_root, path);

    private string Read(string path) => File.ReadAllText(At(path));

    private void Write(string path, string text) => File.WriteAllText(At(path), text);
}
