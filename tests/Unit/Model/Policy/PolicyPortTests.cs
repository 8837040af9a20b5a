using System.Text;
using Calico.Model.Json;
using Calico.Model.Policy;
using Calico.Model.Resources;

namespace Calico.Tests.Unit.Model.Policy;

internal sealed class PolicyPortTests
{
    [TestCase("80", 80, true)]
    [TestCase("80", 81, false)]
    [TestCase("\"8000:8010\"", 8000, true)]
    [TestCase("\"8000:8010\"", 8010, true)]
    [TestCase("\"8000:8010\"", 8011, false)]
    [TestCase("\"http\"", 80, false)]
    public void A_port_is_a_number_a_range_or_a_name_and_is_written_as_it_was_read(string json, int port, bool contained)
    {
        var policy = Read($$$"""{"action":"Allow","destination":{"ports":[{{{json}}}]}}""");
        Assert.That(policy.Spec.Ingress![0].Destination!.Ports![0].Contains(port), Is.EqualTo(contained));
        Assert.That(Encoding.UTF8.GetString(ModelJson.Write(policy)), Does.Contain($"\"ports\":[{json}]"));
    }

    [TestCase("\"TCP\"", 6, true)]
    [TestCase("17", 17, true)]
    [TestCase("\"17\"", 17, true)]
    [TestCase("\"ICMPv6\"", 58, false)]
    [TestCase("256", null, false)]
    [TestCase("\"tcp\"", null, false)]
    public void A_protocol_is_a_name_or_a_number_and_is_written_as_it_was_read(string json, int? number, bool hasPorts)
    {
        var policy = Read($$"""{"action":"Allow","protocol":{{json}}}""");
        Assert.That(policy.Spec.Ingress![0].Protocol!.Value.Number, Is.EqualTo(number));
        Assert.That(policy.Spec.Ingress[0].Protocol!.Value.HasPorts, Is.EqualTo(hasPorts));
        Assert.That(Encoding.UTF8.GetString(ModelJson.Write(policy)), Does.Contain($"\"protocol\":{json}"));
    }

    private static Resource<NetworkPolicySpec> Read(string rule) =>
        ModelJson.Read<Resource<NetworkPolicySpec>>(Encoding.UTF8.GetBytes($$$"""{"kind":"NetworkPolicy","metadata":{"name":"a","namespace":"b"},"spec":{"ingress":[{{{rule}}}]}}"""));
}
