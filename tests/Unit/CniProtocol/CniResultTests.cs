using System.Text;
using Calico.Cni.Protocol;
using Calico.Model.Net;

namespace Calico.Tests.Unit.CniProtocol;

internal sealed class CniResultTests
{
    private static readonly CniResult Full = new()
    {
        Interfaces =
        [
            new CniInterface("cali123", "ee:ee:ee:ee:ee:ee", 1450),
            new CniInterface("eth0", "02:00:00:00:00:01", 1450, "/run/netns/a", "/sock", "0000:00:1f.6"),
        ],
        Ips =
        [
            new CniIp(InterfaceAddress.Parse("10.0.0.1/32"), Interface: 1),
            new CniIp(InterfaceAddress.Parse("fd00::1/128"), IpAddress.Parse("fe80::1"), 1),
        ],
        Routes = [new CniRoute(Cidr.Parse("0.0.0.0/0"), IpAddress.Parse("169.254.1.1"), 1400, 1360, 5, 100, 253)],
        Dns = new CniDns { Nameservers = ["10.96.0.10"], Domain = "cluster.local", Search = ["a", "b"], Options = ["ndots:5"] },
    };

    [TestCase("0.3.1", """
        {"cniVersion":"0.3.1","interfaces":[{"name":"cali123","mac":"ee:ee:ee:ee:ee:ee"},{"name":"eth0","mac":"02:00:00:00:00:01","sandbox":"/run/netns/a"}],
        "ips":[{"version":"4","address":"10.0.0.1/32","interface":1},{"version":"6","address":"fd00::1/128","gateway":"fe80::1","interface":1}],
        "routes":[{"dst":"0.0.0.0/0","gw":"169.254.1.1"}],
        "dns":{"nameservers":["10.96.0.10"],"domain":"cluster.local","search":["a","b"],"options":["ndots:5"]}}
        """)]
    [TestCase("0.4.0", """
        {"cniVersion":"0.4.0","interfaces":[{"name":"cali123","mac":"ee:ee:ee:ee:ee:ee"},{"name":"eth0","mac":"02:00:00:00:00:01","sandbox":"/run/netns/a"}],
        "ips":[{"version":"4","address":"10.0.0.1/32","interface":1},{"version":"6","address":"fd00::1/128","gateway":"fe80::1","interface":1}],
        "routes":[{"dst":"0.0.0.0/0","gw":"169.254.1.1"}],
        "dns":{"nameservers":["10.96.0.10"],"domain":"cluster.local","search":["a","b"],"options":["ndots:5"]}}
        """)]
    [TestCase("1.0.0", """
        {"cniVersion":"1.0.0","interfaces":[{"name":"cali123","mac":"ee:ee:ee:ee:ee:ee"},{"name":"eth0","mac":"02:00:00:00:00:01","sandbox":"/run/netns/a"}],
        "ips":[{"address":"10.0.0.1/32","interface":1},{"address":"fd00::1/128","gateway":"fe80::1","interface":1}],
        "routes":[{"dst":"0.0.0.0/0","gw":"169.254.1.1"}],
        "dns":{"nameservers":["10.96.0.10"],"domain":"cluster.local","search":["a","b"],"options":["ndots:5"]}}
        """)]
    [TestCase("1.1.0", """
        {"cniVersion":"1.1.0","interfaces":[{"name":"cali123","mac":"ee:ee:ee:ee:ee:ee","mtu":1450},
        {"name":"eth0","mac":"02:00:00:00:00:01","mtu":1450,"sandbox":"/run/netns/a","socketPath":"/sock","pciID":"0000:00:1f.6"}],
        "ips":[{"address":"10.0.0.1/32","interface":1},{"address":"fd00::1/128","gateway":"fe80::1","interface":1}],
        "routes":[{"dst":"0.0.0.0/0","gw":"169.254.1.1","mtu":1400,"advmss":1360,"priority":5,"table":100,"scope":253}],
        "dns":{"nameservers":["10.96.0.10"],"domain":"cluster.local","search":["a","b"],"options":["ndots:5"]}}
        """)]
    public void Each_version_has_the_fields_of_its_spec(string version, string expected) =>
        Assert.That(Write(Full, version), Is.EqualTo(expected.ReplaceLineEndings("")));

    [TestCaseSource(typeof(CniVersion), nameof(CniVersion.Supported))]
    public void The_result_of_an_ipam_plugin_has_no_interfaces(string version)
    {
        var result = new CniResult { Ips = [new CniIp(InterfaceAddress.Parse("10.0.0.1/32"))] };

        Assert.That(Write(result, version), Does.Not.Contain("interface").And.Contain("10.0.0.1/32"));
    }

    [Test]
    public void An_empty_result_is_a_version_alone() =>
        Assert.That(Write(new CniResult(), "1.0.0"), Is.EqualTo("""{"cniVersion":"1.0.0"}"""));

    [TestCase("")]
    [TestCase("0.2.0")]
    [TestCase("1.2.0")]
    public void A_version_that_we_do_not_speak_is_not_written(string version) =>
        Assert.That(
            () => CniResultWriter.Write(Full, version),
            Throws.TypeOf<CniException>().With.Property(nameof(CniException.Code)).EqualTo(CniErrorCode.IncompatibleVersion));

    [TestCaseSource(typeof(CniVersion), nameof(CniVersion.Supported))]
    public void What_is_written_reads_back(string version)
    {
        var text = Write(Full, version);

        Assert.That(Write(CniResultReader.Read(Encoding.UTF8.GetBytes(text)), version), Is.EqualTo(text));
    }

    [Test]
    public void The_newest_version_loses_nothing()
    {
        var read = CniResultReader.Read(CniResultWriter.Write(Full, CniVersion.Latest));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Interfaces, Is.EqualTo(Full.Interfaces));
            Assert.That(read.Ips, Is.EqualTo(Full.Ips));
            Assert.That(read.Routes, Is.EqualTo(Full.Routes));
            Assert.That(read.Dns.Nameservers, Is.EqualTo(Full.Dns.Nameservers));
            Assert.That(read.Dns.Search, Is.EqualTo(Full.Dns.Search));
            Assert.That(read.Dns.Options, Is.EqualTo(Full.Dns.Options));
            Assert.That(read.Dns.Domain, Is.EqualTo(Full.Dns.Domain));
        }
    }

    [Test]
    public void The_result_of_host_local_without_a_version_is_read()
    {
        var read = CniResultReader.Read("""
            {"ips":[{"address":"10.1.0.5/16","gateway":"10.1.0.1"}],"routes":[{"dst":"0.0.0.0/0"}],"dns":{},"extra":{"a":[1,{}]}}
            """u8);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Ips, Is.EqualTo(new[] { new CniIp(InterfaceAddress.Parse("10.1.0.5/16"), IpAddress.Parse("10.1.0.1")) }));
            Assert.That(read.Routes, Is.EqualTo(new[] { new CniRoute(Cidr.Parse("0.0.0.0/0")) }));
            Assert.That(read.Interfaces, Is.Empty);
        }
    }

    [TestCase("""{"ips":[{}]}""", "ips[0].address")]
    [TestCase("""{"ips":[null]}""", "ips[0].address")]
    [TestCase("""{"routes":[{"gw":"10.0.0.1"}]}""", "routes[0].dst")]
    [TestCase("""{"routes":[{"dst":"10.0.0.0/33"}]}""", "routes[0].dst")]
    [TestCase("""{"routes":[{"dst":"10.0.0.0/8","gw":"x"}]}""", "routes[0].gw")]
    [TestCase("""{"routes":[{"dst":"10.0.0.0/8","table":"main"}]}""", "routes[0].table")]
    [TestCase("""{"dns":{"search":"a"}}""", "dns.search")]
    [TestCase("""{"interfaces":[{"name":"a"}],"ips":[{"address":"10.0.0.1/32","interface":-1}]}""", "ips[0].interface")]
    [TestCase("""{"ips":[{"address":"10.0.0.1/32","interface":1}],"interfaces":[{"name":"a"}]}""", "ips[0].interface")]
    public void A_broken_field_is_named(string json, string named)
    {
        var error = Assert.Throws<CniException>(() => CniResultReader.Read(Encoding.UTF8.GetBytes(json)))!;

        Assert.That((error.Code, error.Message.Contains($"'{named}'", StringComparison.Ordinal)), Is.EqualTo((CniErrorCode.DecodingFailure, true)), error.Message);
    }

    [Test]
    public void A_result_of_a_version_to_come_is_refused() =>
        Assert.That(
            () => CniResultReader.Read("""{"cniVersion":"2.0.0"}"""u8),
            Throws.TypeOf<CniException>().With.Property(nameof(CniException.Code)).EqualTo(CniErrorCode.IncompatibleVersion));

    private static string Write(CniResult result, string version) => Encoding.UTF8.GetString(CniResultWriter.Write(result, version));
}
