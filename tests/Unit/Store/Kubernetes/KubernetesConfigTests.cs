using System.Security.Cryptography.X509Certificates;
using Calico.Store.Kubernetes;
using Calico.Tests.Fakes.Kubernetes;
using Calico.Tests.Unit.Store.Transport;

namespace Calico.Tests.Unit.Store.Kubernetes;

internal sealed class KubernetesConfigTests
{
    private string _directory = null!;

    [SetUp]
    public void SetUp() => _directory = Directory.CreateTempSubdirectory("calico-kubeconfig-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_directory, recursive: true);

    [Test]
    public void In_a_cluster_server_and_namespace_are_found()
    {
        File.WriteAllText(Path.Combine(_directory, "namespace"), "kube-system\n");
        var config = KubernetesConfig.InCluster(Environment("10.96.0.1", "443"), _directory);
        Assert.That((config.Server, config.Namespace), Is.EqualTo((new Uri("https://10.96.0.1:443"), "kube-system")));
        Assert.That(KubernetesConfig.InCluster(Environment("fd00::1", "6443"), _directory).Server, Is.EqualTo(new Uri("https://[fd00::1]:6443")));
    }

    [Test]
    public void Outside_a_cluster_one_is_told_so() =>
        Assert.That(
            () => KubernetesConfig.InCluster(new Dictionary<string, string>(), _directory),
            Throws.InstanceOf<KubernetesException>().With.Message.Contains("KUBERNETES_SERVICE_HOST is not set"));

    [Test]
    public async Task Token_and_authority_of_a_mounted_secret_are_used_as_they_rotate()
    {
        using var first = TestAuthority.Create("first");
        using var second = TestAuthority.Create("second");
        Mount("one", "token-1", first.Pem);
        await using var server = new FakeKubernetes(first.Issue("server")) { AcceptedToken = "token-1" };
        using (var client = InCluster(server))
        {
            Assert.That(await client.HasKindAsync(KubernetesKinds.Pods, default), Is.True);

            // The kubelet swaps the directory behind the links; the files of the mount stay the links they are.
            Mount("two", "token-2", second.Pem);
            server.AcceptedToken = "token-2";
            Assert.That(await client.HasKindAsync(KubernetesKinds.Pods, default), Is.True);

            server.CutConnections();
            await Assert.ThatAsync(async () => await client.HasKindAsync(KubernetesKinds.Pods, default), Throws.InstanceOf<KubernetesException>().With.Message.Contains("not signed by the CA"));
            Mount("three", "token-2", first.Pem + "\n" + second.Pem);
            Assert.That(await client.HasKindAsync(KubernetesKinds.Pods, default), Is.True);
        }
    }

    [Test]
    public async Task A_token_that_is_refused_is_not_repeated_in_the_message()
    {
        await using var server = new FakeKubernetes { AcceptedToken = "right" };
        using var client = server.Client("{ token: wrong-and-secret }");
        var error = await Assert.ThrowsAsync<KubernetesException>(async () => await client.HasKindAsync(KubernetesKinds.Pods, default));
        Assert.That(error!.StatusCode, Is.EqualTo(401));
        Assert.That(error.ToString(), Does.Not.Contain("wrong-and-secret"));
        Assert.That(server.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_token_file_of_a_kubeconfig_is_relative_to_it_and_read_again_when_refused()
    {
        await using var server = new FakeKubernetes { AcceptedToken = "old" };
        var path = server.Kubeconfig("{ tokenFile: me.token, token: ignored }");
        var file = Path.Combine(Path.GetDirectoryName(path)!, "me.token");
        File.WriteAllText(file, "old\n");
        using var client = new KubernetesClient(KubernetesConfig.FromKubeconfig(path));
        Assert.That(await client.HasKindAsync(KubernetesKinds.Pods, default), Is.True);
        File.WriteAllText(file, "new");
        server.AcceptedToken = "new";
        Assert.That(await client.HasKindAsync(KubernetesKinds.Pods, default), Is.True);
        File.Delete(file);
        Assert.That(await client.HasKindAsync(KubernetesKinds.Pods, default), Is.True, "a file that is away for a moment");
    }

    [Test]
    public async Task A_client_certificate_may_stand_in_the_file_and_so_may_the_authority()
    {
        using var authority = TestAuthority.Create("ca");
        await using var server = new TlsServer(authority.Issue("server"));
        using var mine = authority.Issue("me");
        string Data(string text) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));
        var config = Read($$"""
            clusters: [{ name: c, cluster: { server: "{{server.Endpoint}}", certificate-authority-data: {{Data(authority.Pem)}} } }]
            users: [{ name: u, user: { client-certificate-data: {{Data(mine.ExportCertificatePem())}}, client-key-data: {{Data(mine.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem())}} } }]
            contexts: [{ name: x, context: { cluster: c, user: u } }]
            current-context: x
            """);
        using var client = new KubernetesClient(config.With(TimeSpan.FromMinutes(1)));
        using var stop = new CancellationTokenSource();

        // This server does nothing but the handshake.
        var call = client.HasKindAsync(KubernetesKinds.Pods, stop.Token);
        Assert.That(() => server.Clients, Does.Contain("CN=me +0").After(20_000, 5));
        await stop.CancelAsync();
        await Assert.ThatAsync(() => call, Throws.InstanceOf<OperationCanceledException>());
    }

    [TestCase("exec: { command: aws }", "authenticate by 'exec'")]
    [TestCase("auth-provider: { name: gcp }", "authenticate by 'auth-provider'")]
    [TestCase("client-certificate: cert.pem", "a client certificate without its key")]
    [TestCase("client-key-data: '%%%', client-certificate: c", "client-key-data that is no base64")]
    public void A_user_that_cannot_be_used_is_told_why(string user, string complaint) =>
        Assert.That(
            () => Read($$"""
                clusters: [{ name: c, cluster: { server: "http://127.0.0.1:1" } }]
                users: [{ name: u, user: { {{user}} } }]
                contexts: [{ name: x, context: { cluster: c, user: u } }]
                current-context: x
                """),
            Throws.InstanceOf<KubernetesException>().With.Message.Contains(complaint));

    [TestCase("", "is empty")]
    [TestCase("a: [", "is no YAML")]
    [TestCase("clusters: []", "has no current-context")]
    [TestCase("{ current-context: x, contexts: [] }", "has no context named 'x'")]
    [TestCase("{ current-context: x, contexts: [{ name: x, context: { cluster: c } }], clusters: [{ name: c, cluster: { server: 'https://h' } }] }", "no certificate authority")]
    [TestCase("{ current-context: x, contexts: [{ name: x, context: { cluster: c } }], clusters: [{ name: c, cluster: { server: 'ftp://h' } }] }", "no http or https URL")]
    public void A_file_that_cannot_be_used_is_told_why(string text, string complaint) =>
        Assert.That(() => Read(text), Throws.InstanceOf<KubernetesException>().With.Message.Contains(complaint).And.Message.Contains(_directory));

    [Test]
    public async Task A_server_is_unverified_only_where_the_file_says_so()
    {
        using var authority = TestAuthority.Create("ca");
        await using var server = new FakeKubernetes(authority.Issue("server"));
        var config = Read($$"""
            clusters: [{ name: c, cluster: { server: "{{server.Url}}", insecure-skip-tls-verify: true } }]
            contexts: [{ name: x, context: { cluster: c } }]
            current-context: x
            """);
        using var client = new KubernetesClient(config);
        Assert.That(await client.HasKindAsync(KubernetesKinds.Pods, default), Is.True);
    }

    private static Dictionary<string, string> Environment(string host, string port) => new() { ["KUBERNETES_SERVICE_HOST"] = host, ["KUBERNETES_SERVICE_PORT"] = port };

    private KubernetesClient InCluster(FakeKubernetes server) =>
        new(KubernetesConfig.InCluster(Environment(server.Url.Host, server.Url.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)), _directory));

    private KubernetesConfig Read(string text)
    {
        var path = Path.Combine(_directory, "config");
        File.WriteAllText(path, text);
        return KubernetesConfig.FromKubeconfig(path);
    }

    /// <summary>As the kubelet lays a volume out: links to ..data, which is a link to a directory that is never changed.</summary>
    private void Mount(string version, string token, string ca)
    {
        var content = Path.Combine(_directory, ".." + version);
        Directory.CreateDirectory(content);
        File.WriteAllText(Path.Combine(content, "token"), token);
        File.WriteAllText(Path.Combine(content, "ca.crt"), ca);
        var data = Path.Combine(_directory, "..data");
        File.Delete(data);
        File.CreateSymbolicLink(data, ".." + version);
        foreach (var name in (string[])["token", "ca.crt"])
        {
            if (!File.Exists(Path.Combine(_directory, name)))
            {
                File.CreateSymbolicLink(Path.Combine(_directory, name), $"..data/{name}");
            }
        }
    }
}
