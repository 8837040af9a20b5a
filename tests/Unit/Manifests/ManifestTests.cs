using System.Text.RegularExpressions;
using System.Xml.Linq;
using Calico.Controller.Bootstrap;
using Calico.Controller.Resources;
using Calico.Linux;
using Calico.Tests.Unit.Architecture;

namespace Calico.Tests.Unit.Manifests;

/// <summary>manifests/: what one applies is what the parts say, and what the programs rely on.</summary>
internal sealed partial class ManifestTests
{
    private static readonly string Directory = Path.Combine(Repository.Root, "manifests");
    private static readonly string Text = File.ReadAllText(Path.Combine(Directory, "calico.yaml"));

    // kind/name of each document, in order.
    private static readonly List<string> Objects = [.. ObjectsOf(Text)];

    [Test]
    public void The_one_file_is_made_of_the_parts()
    {
        var parts = string.Join("---\n", Parts(Path.Combine(Directory, "default")));
        Assert.That(Text[(Text.IndexOf("---\n", StringComparison.Ordinal) + 4)..], Is.EqualTo(parts), "run ./build.sh --target=Manifests");
    }

    [Test]
    public void Every_definition_of_a_resource_is_in_it()
    {
        foreach (var file in System.IO.Directory.EnumerateFiles(Path.Combine(Directory, "crds"), "*.yaml"))
        {
            Assert.That(Text, Does.Contain(File.ReadAllText(file)), $"{Path.GetFileName(file)} is not listed in manifests/crds/Kustomization");
        }
    }

    [Test]
    public void The_controller_may_write_the_kinds_that_are_defined_and_no_other()
    {
        var kinds = SyncedKinds.All.Select(kind => kind.Stored.Plural).ToList();
        var rights = CalicoRights().Matches(Text).Select(match => match.Groups[1].Captures.Select(line => line.Value)).ToList();
        Assert.That(rights, Has.Count.EqualTo(2));
        Assert.That(rights[0], Is.EquivalentTo(kinds));
        Assert.That(rights[1], Is.EquivalentTo(kinds.Select(kind => kind + "/status")));
    }

    [Test]
    public void No_object_is_there_twice() => Assert.That(Objects, Is.Unique);

    [Test]
    public void Images_have_the_version_of_the_programs()
    {
        var version = XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props")).Descendants("Version").Single().Value;
        var files = System.IO.Directory.EnumerateFiles(Directory, "*.yaml", SearchOption.AllDirectories).Select(File.ReadAllText);
        var images = files.SelectMany(text => Image().Matches(text).Select(match => match.Groups[1].Value)).Distinct();
        Assert.That(images, Is.EquivalentTo(new[] { $"calico/node:{version}", $"calico/kube-controllers:{version}", $"calico/etcd:{version}" }));
    }

    [Test]
    public void The_agents_go_before_the_rights_they_need_to_see_it()
    {
        var rights = Objects.FindIndex(each => each.StartsWith("ServiceAccount/", StringComparison.Ordinal));
        Assert.That(Objects.IndexOf("DaemonSet/calico-node"), Is.InRange(0, rights));
        Assert.That(Objects.IndexOf("DaemonSet/calico-etcd"), Is.InRange(0, rights));
        Assert.That(Objects.Skip(rights), Has.All.Match("ServiceAccount/|Role/|RoleBinding/|ClusterRole/|ClusterRoleBinding/"));
    }

    [Test]
    public void What_the_set_up_writes_is_there_to_be_written()
    {
        Assert.That(Objects, Is.SupersetOf(new[]
        {
            $"Service/{EtcdNames.Etcd}", $"DaemonSet/{EtcdNames.Etcd}", $"ConfigMap/{EtcdNames.Etcd}",
            $"Secret/{EtcdNames.CaSecret}", $"Secret/{EtcdNames.ServerSecret}", $"Secret/{EtcdNames.ClientSecret}",
        }));
        Assert.That(Text, Does.Contain($"{EtcdNames.MemberLabel}: {EtcdNames.MemberValue}\n"));
    }

    [Test]
    public void The_authoritys_key_is_mounted_by_nobody() => Assert.That(SecretName().Matches(Text).Select(match => match.Groups[1].Value), Has.None.EqualTo(EtcdNames.CaSecret));

    [Test]
    public void A_service_account_is_named_where_it_is_used_and_used_where_it_is_named()
    {
        var made = Objects.Where(each => each.StartsWith("ServiceAccount/", StringComparison.Ordinal)).Select(each => each.Split('/')[1]);
        // The fourth is that of the plugin, whose token the agent asks for.
        var used = ServiceAccountName().Matches(Text).Select(match => match.Groups[1].Value).Append("calico-cni-plugin");
        Assert.That(made, Is.EquivalentTo(used));
    }

    [TestCase("default")]
    [TestCase("variants/dual-stack")]
    [TestCase("variants/external-etcd")]
    [TestCase("variants/external-etcd-grpc-proxy")]
    public async Task Kustomize_builds_it(string kustomization)
    {
        var copy = System.IO.Directory.CreateTempSubdirectory("calico-manifests-").FullName;
        try
        {
            await CommandRunner.RunAsync("cp", ["-r", Directory + "/.", copy], TimeSpan.FromMinutes(1));
            foreach (var secret in new[] { "external-etcd/etcd-ca", "external-etcd/etcd-cert", "external-etcd/etcd-key", "external-etcd-grpc-proxy/proxy-cert", "external-etcd-grpc-proxy/proxy-key" })
            {
                await File.WriteAllTextAsync(Path.Combine(copy, "variants", secret), "a certificate");
            }

            var built = await Kustomize(Path.Combine(copy, kustomization));
            Assert.That(built.Succeeded, built.Message);
            if (kustomization == "default")
            {
                Assert.That(ObjectsOf(built.Output), Is.EqualTo(Objects));
            }

            Assert.That(built.Output.Contains("value: calico-etcd\n", StringComparison.Ordinal), Is.EqualTo(!kustomization.Contains("external", StringComparison.Ordinal)), "CALICO_ETCD_DAEMONSET");
        }
        finally
        {
            System.IO.Directory.Delete(copy, recursive: true);
        }
    }

    private static async Task<CommandResult> Kustomize(string directory)
    {
        try
        {
            return await CommandRunner.RunAsync("kubectl", ["kustomize", directory], TimeSpan.FromMinutes(1));
        }
        catch (FileNotFoundException)
        {
            Assert.Ignore("kubectl is not installed");
            throw;
        }
    }

    private static IEnumerable<string> Parts(string directory) =>
        from line in File.ReadLines(System.IO.Directory.GetFiles(directory, "?ustomization*").Single())
        where line.StartsWith("- ", StringComparison.Ordinal)
        let path = Path.GetFullPath(Path.Combine(directory, line[2..]))
        from text in System.IO.Directory.Exists(path) ? Parts(path) : [File.ReadAllText(path)]
        select text;

    private static IEnumerable<string> ObjectsOf(string text) =>
        from document in ("\n" + text).Split("\n---\n")
        let kind = Kind().Match(document)
        where kind.Success
        select $"{kind.Groups[1].Value}/{Name().Match(document).Groups[1].Value}";

    [GeneratedRegex("^kind: (.+)$", RegexOptions.Multiline)]
    private static partial Regex Kind();

    [GeneratedRegex("^metadata:\n(?:  .*\n)*?  name: (.+)$", RegexOptions.Multiline)]
    private static partial Regex Name();

    [GeneratedRegex(@"^- apiGroups: \[projectcalico\.org\]\n  resources:\n(?:  - (.+)\n)+", RegexOptions.Multiline)]
    private static partial Regex CalicoRights();

    [GeneratedRegex("^ +image: (.+)$", RegexOptions.Multiline)]
    private static partial Regex Image();

    [GeneratedRegex("secretName: (.+)$", RegexOptions.Multiline)]
    private static partial Regex SecretName();

    [GeneratedRegex("serviceAccountName: (.+)$", RegexOptions.Multiline)]
    private static partial Regex ServiceAccountName();
}
