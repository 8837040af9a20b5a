using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Cni;
using Calico.Tests.Rig.Processes;
using Calico.Tests.Rig.Store;

namespace Calico.Tests.Netns.Cni;

/// <summary>What the agent and calico-ipam need to be let into etcd: the right authority, and a user where etcd asks for one.</summary>
[Parallelizable]
internal sealed class CredentialsTests
{
    private const string Password = "s3cret-of-felix";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Test]
    public async Task An_agent_with_the_wrong_authority_names_the_file_and_serves_when_it_is_put_right()
    {
        await using var cluster = await Cluster.StartWithoutAgentsAsync(1, tls: true);
        await Seed.ReadyClusterAsync(cluster.Etcd);
        var stranger = EtcdTls.Create(cluster.Hosts[0].RunDirectory, IPAddress.Loopback);
        var agent = cluster.LaunchAgent(cluster.Hosts[0], ("ETCD_CA_CERT_FILE", stranger.CaFile));
        await Wait.UntilAsync(() => Says(agent, stranger.CaFile), Patience, $"a message that names {stranger.CaFile}");

        // The agent does not serve yet, and calico-ipam has files of its own.
        var pod = await cluster.PodAsync();
        (await cluster.Caller().AddAsync(pod, cluster.Conf())).OrThrow();
        File.Copy(cluster.Etcd.Tls!.CaFile, stranger.CaFile, overwrite: true);
        await agent.WaitUntilReadyAsync();

        (await OnlyAgent(cluster).DelAsync(pod, cluster.Conf())).OrThrow();
        Assert.That(await cluster.LeftoversAsync(), Is.Empty);
    }

    [Test]
    public async Task Calico_ipam_with_the_wrong_authority_names_the_file_and_leaves_nothing()
    {
        await using var cluster = await Cluster.StartWithoutAgentsAsync(1, tls: true);
        await Seed.ReadyClusterAsync(cluster.Etcd);
        var directory = cluster.Hosts[0].RunDirectory;
        var (missing, empty) = (Path.Combine(directory, "missing.pem"), Path.Combine(directory, "empty.pem"));
        await File.WriteAllTextAsync(empty, "");
        foreach (var file in (string[])[EtcdTls.Create(directory, IPAddress.Loopback).CaFile, missing, empty])
        {
            var conf = cluster.Conf().WithoutAgent().With(("etcd_ca_cert_file", file));
            var refused = await cluster.Caller().AddAsync(await cluster.PodAsync(), conf);
            Assert.That(refused.ErrorCode, Is.EqualTo(11), refused.ToString());
            Assert.That(refused.ErrorMessage, Does.Contain(file));
            Assert.That((await cluster.Caller().StatusAsync(conf)).ErrorCode, Is.EqualTo(50));
        }

        Assert.That(await cluster.LeftoversAsync(), Is.Empty);
    }

    [Test]
    public async Task Status_without_an_agent_tells_of_a_token_for_the_API_that_expired_and_warns_before()
    {
        await using var cluster = await Cluster.StartWithoutAgentsAsync(1);
        await Seed.ReadyClusterAsync(cluster.Etcd);
        await (await cluster.StartAgentAsync(cluster.Hosts[0])).TerminateAsync();
        var kubeconfig = Path.Combine(cluster.Hosts[0].RunDirectory, "kubeconfig");
        var conf = cluster.Conf().With(("kubernetes", new JsonObject { ["kubeconfig"] = kubeconfig }));
        var now = TimeProvider.System.GetUtcNow();
        await File.WriteAllTextAsync(kubeconfig, Kubeconfig(now.AddHours(-25), now.AddHours(-1)));
        var expired = await cluster.Caller().StatusAsync(conf);
        Assert.That(expired.ErrorCode, Is.EqualTo(50), expired.ToString());
        Assert.That(expired.ErrorMessage, Does.Contain("expired").And.Contain("calico-agent renews it"));

        await File.WriteAllTextAsync(kubeconfig, Kubeconfig(now.AddHours(-20), now.AddHours(4)));
        (await cluster.Caller().StatusAsync(conf)).OrThrow();
        Assert.That(await File.ReadAllTextAsync((string)conf["log_file_path"]!), Does.Contain("was not renewed"));
    }

    [Test]
    public async Task A_user_with_a_role_for_calicos_keys_is_enough()
    {
        await using var cluster = await Cluster.StartWithoutAgentsAsync(1);
        await cluster.Etcd.SwitchUsersOnAsync("felix", Password);
        var agent = await cluster.StartAgentAsync(cluster.Hosts[0], ("ETCD_USERNAME", "felix"), ("ETCD_PASSWORD", Password));
        var pod = await cluster.PodAsync();
        var added = await OnlyAgent(cluster).AddAsync(pod, cluster.Conf());

        Assert.That(await Reachability.PingAsync(cluster.Hosts[0].Namespace, added.Addresses[0]), Is.True);
        Assert.That(await cluster.ProblemsAsync(), Is.Empty);
        Assert.That((await cluster.Caller().StatusAsync(cluster.Conf().WithoutAgent())).ErrorMessage, Does.Contain("asks for a user name"));
        (await OnlyAgent(cluster).DelAsync(pod, cluster.Conf())).OrThrow();
        Assert.That(await cluster.LeftoversAsync(), Is.Empty);
        Assert.That(Says(agent, Password), Is.False, "no secrets in logs");
    }

    [Test]
    public async Task A_wrong_password_ends_the_agent_with_the_reason_and_without_the_password()
    {
        await using var cluster = await Cluster.StartWithoutAgentsAsync(1);
        await cluster.Etcd.SwitchUsersOnAsync("felix", "another");
        var agent = cluster.LaunchAgent(cluster.Hosts[0], ("ETCD_USERNAME", "felix"), ("ETCD_PASSWORD", Password));
        await Wait.UntilAsync(() => !agent.IsRunning, Patience, "the end of the agent");

        Assert.That(agent.ExitCode, Is.EqualTo(1));
        Assert.That(Says(agent, "user name and password"), Is.True, string.Join('\n', agent.Log));
        Assert.That(Says(agent, Password), Is.False, "no secrets in logs");
    }

    /// <summary>Without a CNI_PATH there is no calico-ipam to fall back to.</summary>
    private static CniCaller OnlyAgent(Cluster cluster) => new(cluster.Hosts[0]) { PluginPath = "/nonexistent" };

    private static string Kubeconfig(DateTimeOffset from, DateTimeOffset until)
    {
        var claims = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"iat":{{from.ToUnixTimeSeconds()}},"exp":{{until.ToUnixTimeSeconds()}} }"""));
        return $$"""
            apiVersion: v1
            kind: Config
            current-context: rig
            contexts: [{ name: rig, context: { cluster: rig, user: me } }]
            users: [{ name: me, user: { token: e30.{{claims}}.sig } }]
            clusters: [{ name: rig, cluster: { server: "http://127.0.0.1:1" } }]
            """;
    }

    private static bool Says(AgentProcess agent, string text) => agent.Log.Any(line => line.Contains(text, StringComparison.Ordinal));
}
