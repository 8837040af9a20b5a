using Calico.Store.Yaml;

namespace Calico.Tests.Unit.Store.Yaml;

internal sealed class YamlJsonTests
{
    [TestCase("a: 1", """{"a":1}""")]
    [TestCase("a: '1'", """{"a":"1"}""")]
    [TestCase("a: 10.0.0.1", """{"a":"10.0.0.1"}""")]
    [TestCase("a: fd00::1", """{"a":"fd00::1"}""")]
    [TestCase("a: 1.5", """{"a":1.5}""")]
    [TestCase("a: 0x1f", """{"a":31}""")]
    [TestCase("a: yes", """{"a":"yes"}""")]
    [TestCase("a: True", """{"a":true}""")]
    [TestCase("a: ~", """{"a":null}""")]
    [TestCase("a:", """{"a":null}""")]
    [TestCase("a: !!str 12", """{"a":"12"}""")]
    [TestCase("a: 2001-01-01", """{"a":"2001-01-01"}""")]
    [TestCase("a: 12e", """{"a":"12e"}""")]
    [TestCase("- a\n- b: |\n    x\n    y\n", """["a",{"b":"x\ny\n"}]""")]
    [TestCase("a: &x { b: 1 }\nc: *x", """{"a":{"b":1},"c":{"b":1}}""")]
    [TestCase("""{"a": [1, "b", null]}""", """{"a":[1,"b",null]}""")]
    public void A_document_is_read_as_kubectl_reads_it(string yaml, string json) =>
        Assert.That(YamlJson.ReadAll(yaml)[0]!.ToJsonString(), Is.EqualTo(json));

    [Test]
    public void Documents_come_in_order() =>
        Assert.That(YamlJson.ReadAll("a: 1\n---\n---\nb: 2\n").Select(document => document?.ToJsonString()), Is.EqualTo([/*lang=json*/ "{\"a\":1}", null, "{\"b\":2}"]));

    [TestCase("a: [", 2)]
    [TestCase("a: 1\na: 2", 2)]
    [TestCase("a: 1\nb: *none", 2)]
    public void A_fault_is_told_with_its_line(string yaml, int line) =>
        Assert.That(() => YamlJson.ReadAll(yaml), Throws.InstanceOf<FormatException>().With.Message.StartsWith($"line {line},"));

    [Test]
    public void A_bomb_of_aliases_is_refused()
    {
        var yaml = "a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n" + string.Concat(Enumerable.Range(1, 12).Select(i => $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));
        Assert.That(() => YamlJson.ReadAll(yaml), Throws.InstanceOf<FormatException>().With.Message.Contains("too large"));
    }
}
