using System.Text.Json.Nodes;
using Calico.Store.Yaml;

namespace Calico.Tests.Unit.Store.Yaml;

internal sealed class YamlTextTests
{
    [Test]
    public void Fields_are_sorted_and_nested_by_two_spaces() => Assert.That(
        YamlText.Write(JsonNode.Parse("""{"kind":"X","apiVersion":"v3","spec":{"nets":["10.0.0.0/8","fd00::/8"],"none":[],"empty":{},"rules":[{"b":1,"a":true}]},"nothing":null}""")),
        Is.EqualTo("apiVersion: v3\nkind: X\nnothing: null\nspec:\n  empty: {}\n  nets:\n  - 10.0.0.0/8\n  - fd00::/8\n  none: []\n  rules:\n  - a: true\n    b: 1\n"));

    [TestCase("12", "\"12\"")]
    [TestCase("1e3", "\"1e3\"")]
    [TestCase("0x1f", "\"0x1f\"")]
    [TestCase("yes", "\"yes\"")]
    [TestCase("Off", "\"Off\"")]
    [TestCase("null", "\"null\"")]
    [TestCase("", "\"\"")]
    [TestCase("2026-11-21T00:27:56Z", "\"2026-11-21T00:27:56Z\"")]
    [TestCase("12:30", "\"12:30\"")]
    [TestCase("10.0.0.1", "10.0.0.1")]
    [TestCase("app == 'web'", "app == 'web'")]
    public void A_text_that_could_be_something_else_is_quoted(string text, string yaml) =>
        Assert.That(YamlText.Write(new JsonObject { ["a"] = text }), Is.EqualTo($"a: {yaml}\n"));

    [TestCase("# no comment")]
    [TestCase("a: b")]
    [TestCase("- x")]
    [TestCase("'quoted'")]
    [TestCase(" space ")]
    [TestCase("two\nlines\n")]
    [TestCase("tab\tand \"quotes\"")]
    [TestCase("{x}")]
    [TestCase("*all")]
    [TestCase("&a")]
    [TestCase("ключ")]
    [TestCase("~")]
    public void What_is_written_is_read_back(string text)
    {
        var node = new JsonObject { [text] = new JsonArray(text, 1.5, false, null), ["b"] = text };
        Assert.That(JsonNode.DeepEquals(YamlJson.ReadAll(YamlText.Write(node)).Single(), node), YamlText.Write(node));
    }
}
