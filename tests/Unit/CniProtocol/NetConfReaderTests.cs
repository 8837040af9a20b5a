using System.Text;
using Calico.Cni.Protocol;

namespace Calico.Tests.Unit.CniProtocol;

internal sealed class NetConfReaderTests
{
    private const string Minimal = """{"cniVersion":"1.1.0","name":"net","type":"calico"}""";

    [Test]
    public void A_minimal_conf_has_upstreams_defaults()
    {
        var conf = Parse(Minimal);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(conf.Name, Is.EqualTo("net"));
            Assert.That(conf.Ipam.Type, Is.EqualTo("calico-ipam"));
            Assert.That(conf.Ipam.AssignIPv4, Is.True);
            Assert.That(conf.Ipam.AssignIPv6, Is.False);
            Assert.That(conf.NodeNameFile, Is.EqualTo("/var/lib/calico/nodename"));
            Assert.That(conf.LogFilePath, Is.EqualTo("/var/log/calico/cni/cni.log"));
            Assert.That(conf.LogFileMaxSize, Is.EqualTo(100));
            Assert.That(conf.LogFileMaxAge, Is.EqualTo(30));
            Assert.That(conf.LogFileMaxCount, Is.EqualTo(10));
            Assert.That(conf.IncludeDefaultRoutes, Is.False);
            Assert.That(conf.PrevResult, Is.Null);
            Assert.That(conf.ValidAttachments, Is.Null);
        }
    }

    [Test]
    public void The_API_is_where_policy_says_else_where_kubernetes_says()
    {
        const string Sections = """
            {"name":"net","type":"calico","policy":{"type":"k8s","k8s_api_root":"https://p:6443/api/v1/","k8s_auth_token":"t","k8s_client_certificate":"/c",
             "k8s_client_key":"/k","k8s_certificate_authority":"/ca"},"kubernetes":{"kubeconfig":"/kc","k8s_api_root":"https://k:6443","node_name":"n"}}
            """;
        var expected = new KubernetesConf
        {
            Kubeconfig = "/kc", ApiRoot = "https://p:6443/api/v1/", AuthToken = "t", ClientCertificate = "/c", ClientKey = "/k", CertificateAuthority = "/ca",
        };
        Assert.That(Parse(Sections).Kubernetes, Is.EqualTo(expected));
        Assert.That(Parse(Sections).Kubernetes.ToString(), Does.Not.Contain("'t'"));
        Assert.That(Parse("""{"name":"net","type":"calico","kubernetes":{"k8s_api_root":"https://k:6443"},"policy":{"type":"k8s"}}""").Kubernetes.ApiRoot, Is.EqualTo("https://k:6443"));
        Assert.That(Parse("""{"name":"net","type":"calico","policy":{"type":"k8s"}}""").Kubernetes.IsConfigured, Is.False);
    }

    [Test]
    public void Every_field_that_we_know_is_read()
    {
        var conf = Parse("""
            {
              "name": "k8s-pod-network", "cniVersion": "0.3.1", "type": "calico", "mtu": 1440, "require_mtu_file": true, "mtu_file": "/m",
              "nodename": "n1", "nodename_file": "/f", "nodename_file_optional": true, "hostname": "h",
              "datastore_type": "etcdv3", "etcd_endpoints": "https://a:2379,https://b:2379", "etcd_key_file": "/k", "etcd_cert_file": "/c",
              "etcd_ca_cert_file": "/ca", "agent_socket": "none", "include_default_routes": true,
              "container_settings": { "allow_ip_forwarding": true, "other": [1] },
              "ipam": { "type": "host-local", "subnet": "usePodCidr", "assign_ipv4": "false", "assign_ipv6": "true",
                        "ipv4_pools": ["10.0.0.0/16", "default"], "ipv6_pools": ["fd00::/64"] },
              "log_level": "debug", "log_file_path": "/l", "log_file_max_size": 1, "log_file_max_age": 2, "log_file_max_count": 3
            }
            """);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(conf.Mtu, Is.EqualTo(1440));
            Assert.That(conf.RequireMtuFile, Is.True);
            Assert.That(conf.MtuFile, Is.EqualTo("/m"));
            Assert.That((conf.NodeName, conf.NodeNameFile, conf.NodeNameFileOptional, conf.HostName), Is.EqualTo(("n1", "/f", true, "h")));
            Assert.That(conf.EtcdEndpoints, Is.EqualTo("https://a:2379,https://b:2379"));
            Assert.That((conf.EtcdKeyFile, conf.EtcdCertFile, conf.EtcdCaCertFile), Is.EqualTo(("/k", "/c", "/ca")));
            Assert.That(conf.AgentSocket, Is.EqualTo("none"));
            Assert.That(conf.IncludeDefaultRoutes, Is.True);
            Assert.That(conf.AllowIpForwarding, Is.True);
            Assert.That((conf.Ipam.Type, conf.Ipam.AssignIPv4, conf.Ipam.AssignIPv6), Is.EqualTo(("host-local", false, true)));
            Assert.That(conf.Ipam.IPv4Pools, Is.EqualTo(new[] { "10.0.0.0/16", "default" }));
            Assert.That(conf.Ipam.IPv6Pools, Is.EqualTo(new[] { "fd00::/64" }));
            Assert.That((conf.LogLevel, conf.LogFilePath), Is.EqualTo(("debug", "/l")));
            Assert.That((conf.LogFileMaxSize, conf.LogFileMaxAge, conf.LogFileMaxCount), Is.EqualTo((1, 2, 3)));
        }
    }

    [Test]
    public void Upstreams_sections_that_we_do_not_use_are_passed_over()
    {
        var conf = Parse("""
            {"name":"net","type":"calico","policy":{"type":"k8s","k8s_auth_token":"t"},"kubernetes":{"kubeconfig":"/etc/cni/net.d/calico-kubeconfig"},
             "args":{"org.apache.mesos":{"network_info":{"name":"x"}}},"runtimeConfig":{"portMappings":[{"hostPort":80}]},
             "capabilities":{"portMappings":true},"feature_control":{"floating_ips":true},"unknown":null,"cniVersion":"1.0.0"}
            """);

        Assert.That((conf.Name, conf.CniVersion), Is.EqualTo(("net", "1.0.0")));
    }

    [TestCase("true", true)]
    [TestCase("false", false)]
    [TestCase("\"true\"", true)]
    [TestCase("\"false\"", false)]
    [TestCase("null", true)]
    public void A_family_is_asked_for_by_a_boolean_or_by_its_text(string value, bool expected) =>
        Assert.That(Parse($$$"""{"name":"net","type":"calico","ipam":{"assign_ipv4":{{{value}}}}}""").Ipam.AssignIPv4, Is.EqualTo(expected));

    [Test]
    public void A_null_counts_as_absent()
    {
        var conf = Parse("""
            {"name":"net","type":"calico","ipam":null,"mtu":null,"prevResult":null,"container_settings":null,"log_level":null,
             "log_file_max_size":null,"include_default_routes":null}
            """);

        Assert.That(
            (conf.Ipam.Type, conf.Mtu, conf.PrevResult, conf.LogLevel, conf.LogFileMaxSize, conf.IncludeDefaultRoutes),
            Is.EqualTo(("calico-ipam", 0, (CniResult?)null, "info", 100, false)));
    }

    [Test]
    public void The_attachments_of_gc_are_read()
    {
        var conf = Parse("""
            {"name":"net","type":"calico","cni.dev/valid-attachments":[{"containerID":"a","ifname":"eth0"},{"containerID":"b","ifname":"net1"}]}
            """);

        Assert.That(conf.ValidAttachments, Is.EqualTo(new[] { new ValidAttachment("a", "eth0"), new ValidAttachment("b", "net1") }));
    }

    [Test]
    public void A_null_list_of_attachments_is_an_empty_one_as_go_writes_it() =>
        Assert.That(Parse("""{"name":"net","type":"calico","cni.dev/valid-attachments":null}""").ValidAttachments, Is.Empty.And.Not.Null);

    [TestCase("\"name\": 5", "name")]
    [TestCase("\"mtu\": \"1500\"", "mtu")]
    [TestCase("\"mtu\": 1500.5", "mtu")]
    [TestCase("\"mtu\": -1", "mtu")]
    [TestCase("\"mtu\": 99999999999", "mtu")]
    [TestCase("\"require_mtu_file\": \"yes\"", "require_mtu_file")]
    [TestCase("\"ipam\": []", "ipam")]
    [TestCase("\"ipam\": {\"assign_ipv6\": \"TRUE\"}", "ipam.assign_ipv6")]
    [TestCase("\"ipam\": {\"assign_ipv6\": 1}", "ipam.assign_ipv6")]
    [TestCase("\"ipam\": {\"ipv4_pools\": \"10.0.0.0/8\"}", "ipam.ipv4_pools")]
    [TestCase("\"ipam\": {\"ipv4_pools\": [\"a\", 1]}", "ipam.ipv4_pools[1]")]
    [TestCase("\"container_settings\": {\"allow_ip_forwarding\": 1}", "container_settings.allow_ip_forwarding")]
    [TestCase("\"prevResult\": 1", "prevResult")]
    [TestCase("\"prevResult\": {\"ips\": [{\"address\": 1}]}", "prevResult.ips[0].address")]
    [TestCase("\"prevResult\": {\"ips\": [{\"address\": \"10.0.0.300/24\"}]}", "prevResult.ips[0].address")]
    [TestCase("\"prevResult\": {\"ips\": [{\"address\": \"10.0.0.3\"}]}", "prevResult.ips[0].address")]
    [TestCase("\"prevResult\": {\"ips\": [{\"address\": \"10.0.0.3/32\", \"interface\": 0}]}", "prevResult.ips[0].interface")]
    [TestCase("\"prevResult\": {\"interfaces\": [1]}", "prevResult.interfaces[0]")]
    [TestCase("\"cni.dev/valid-attachments\": {}", "cni.dev/valid-attachments")]
    [TestCase("\"cni.dev/valid-attachments\": [{\"ifname\": \"eth0\"}]", "cni.dev/valid-attachments[0]")]
    [TestCase("\"log_file_max_count\": true", "log_file_max_count")]
    public void A_field_of_the_wrong_type_is_named(string field, string named)
    {
        var error = Refused($$"""{"name":"net","type":"calico",{{field}}}""");

        Assert.That((error.Code, error.Message.Contains($"'{named}'", StringComparison.Ordinal)), Is.EqualTo((CniErrorCode.DecodingFailure, true)), error.Message);
    }

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("[]")]
    [TestCase("5")]
    [TestCase("{")]
    [TestCase("{\"name\"")]
    [TestCase("{\"name\":\"net\",}")]
    [TestCase("{\"name\":\"net\",\"type\":\"calico\"} x")]
    [TestCase("{\"name\":\"\\ud800\",\"type\":\"calico\"}")]
    public void What_is_not_one_json_object_is_refused(string text) =>
        Assert.That(Refused(text).Code, Is.EqualTo(CniErrorCode.DecodingFailure));

    [TestCase("""{"type":"calico"}""")]
    [TestCase("""{"name":"","type":"calico"}""")]
    [TestCase("""{"name":"net"}""")]
    [TestCase("""{"name":"-net","type":"calico"}""")]
    [TestCase("""{"name":"a/b","type":"calico"}""")]
    [TestCase("""{"name":"a b","type":"calico"}""")]
    [TestCase("""{"name":"nät","type":"calico"}""")]
    [TestCase("""{"name":"net","type":"calico","datastore_type":"kubernetes"}""")]
    public void A_conf_without_a_usable_name_type_or_datastore_is_invalid(string text) =>
        Assert.That(Refused(text).Code, Is.EqualTo(CniErrorCode.InvalidConfiguration));

    private static NetConf Parse(string json) => NetConf.Parse(Encoding.UTF8.GetBytes(json));

    private static CniException Refused(string json) => Assert.Throws<CniException>(() => Parse(json))!;
}
