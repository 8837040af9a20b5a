using Calico.Policy.Selectors;

namespace Calico.Tests.Unit.Policy.Selectors;

internal sealed class SelectorTests
{
    private static readonly Dictionary<string, string> Labels = new()
    {
        ["app"] = "web",
        ["kubernetes.io/os"] = "linux",
        ["in"] = "x",
        ["quote"] = "it's",
        ["empty"] = "",
    };

    [TestCase("", true)]
    [TestCase(" \t ", true)]
    [TestCase("all()", true)]
    [TestCase("all( )", true)]
    [TestCase("global()", true)]
    [TestCase("!all()", false)]
    [TestCase("app == 'web'", true)]
    [TestCase("app=='web'", true)]
    [TestCase("app == \"Web\"", false)]
    [TestCase("missing == ''", false)]
    [TestCase("empty == ''", true)]
    [TestCase("app != 'web'", false)]
    [TestCase("app != 'db'", true)]
    [TestCase("missing != 'db'", true)]
    [TestCase("kubernetes.io/os in {'windows', 'linux'}", true)]
    [TestCase("kubernetes.io/os in{'linux',}", true)]
    [TestCase("app in {}", false)]
    [TestCase("app not in {}", true)]
    [TestCase("app notin {'web'}", false)]
    [TestCase("missing not in {'web'}", true)]
    [TestCase("app contains 'e'", true)]
    [TestCase("app contains ''", true)]
    [TestCase("missing contains ''", false)]
    [TestCase("app starts with 'we'", true)]
    [TestCase("app starts with 'eb'", false)]
    [TestCase("app ends  with 'eb'", true)]
    [TestCase("missing ends with ''", false)]
    [TestCase("has(app)", true)]
    [TestCase("has( missing )", false)]
    [TestCase("!has(missing)", true)]
    [TestCase("!!has(app)", true)]
    [TestCase("in in {'x'}", true)]
    [TestCase("quote == \"it's\"", true)]
    [TestCase("has(app) || has(missing) && has(other)", true)]
    [TestCase("(has(app) || has(missing)) && has(other)", false)]
    [TestCase("!(has(app) && has(missing))", true)]
    [TestCase("!has(app) && has(missing)", false)]
    public void Matches_as_upstream(string selector, bool expected) =>
        Assert.That(Selector.Parse(selector).Matches(Labels), Is.EqualTo(expected));

    [TestCase("a contains ''", false)]
    [TestCase("a starts with ''", false)]
    [TestCase("a == ''", false)]
    [TestCase("a != 'x'", true)]
    [TestCase("a in {''}", false)]
    public void A_null_as_the_value_of_a_label_is_no_value(string selector, bool expected) =>
        Assert.That(Selector.Parse(selector).Matches(new Dictionary<string, string> { ["a"] = null! }), Is.EqualTo(expected));

    [TestCase("", "all()")]
    [TestCase("a=='b'", "a == \"b\"")]
    [TestCase("a == 'say \"hi\"'", "a == 'say \"hi\"'")]
    [TestCase("a in {'c', 'b', 'c'}", "a in {\"b\", \"c\"}")]
    [TestCase("a notin {}", "a not in {}")]
    [TestCase("has( a )&&!has(b)||all()", "((has(a) && !has(b)) || all())")]
    [TestCase("((a starts with 'b'))", "a starts with \"b\"")]
    [TestCase("!!!global( )", "!global()")]
    public void Writes_one_canonical_text(string selector, string canonical)
    {
        var parsed = Selector.Parse(selector);
        Assert.That(parsed.ToString(), Is.EqualTo(canonical));
        Assert.That(parsed, Is.EqualTo(Selector.Parse(canonical)));
    }

    [TestCase("app", 3, "an operator")]
    [TestCase("app equals 'x'", 4, "an operator")]
    [TestCase("app inside {'x'}", 4, "an operator")]
    [TestCase("app = 'x'", 4, "==")]
    [TestCase("app == x", 7, "a string")]
    [TestCase("app == 'x", 9, "' to end the string")]
    [TestCase("app in 'x'", 7, "{")]
    [TestCase("app in {'x' 'y'}", 12, "}")]
    [TestCase("app in {,}", 8, "a string")]
    [TestCase("has(app", 7, ")")]
    [TestCase("has()", 4, "the name of a label")]
    [TestCase("all(app)", 4, ")")]
    [TestCase("(has(a)", 7, ")")]
    [TestCase("has(a) has(b)", 7, "&&")]
    [TestCase("has(a) & has(b)", 7, "&&")]
    [TestCase("has(a) &&", 9, "a label")]
    [TestCase("has(a))", 6, "the end")]
    [TestCase("§ == 'x'", 0, "the name of a label")]
    public void Names_the_position_and_what_was_expected(string selector, int position, string expected)
    {
        var error = Assert.Throws<SelectorException>(() => Selector.Parse(selector));
        Assert.Multiple(() =>
        {
            Assert.That(error.Position, Is.EqualTo(position));
            Assert.That(error.Expected, Does.Contain(expected));
            Assert.That(error.Message, Does.Contain(selector).And.Contain($"character {position + 1}"));
            Assert.That(Selector.TryParse(selector, out _), Is.False);
        });
    }

    [Test]
    public void Limits_the_length_of_the_text_and_of_a_label()
    {
        Assert.That(Selector.TryParse($"a == '{new string('x', Selector.MaxLength - 7)}'", out _), Is.True);
        Assert.That(Selector.TryParse($"a == '{new string('x', Selector.MaxLength - 6)}'", out _), Is.False);
        Assert.That(Selector.TryParse($"has({new string('x', 512)})", out _), Is.True);
        Assert.That(Selector.TryParse($"has({new string('x', 513)})", out _), Is.False);
        Assert.That(Selector.TryParse(null, out _), Is.False);
    }

    [Test]
    public void Survives_the_deepest_nesting_that_fits()
    {
        const int Depth = (Selector.MaxLength - 6) / 2;
        var nested = new string('(', Depth) + "has(a)" + new string(')', Depth);
        Assert.That(Selector.Parse(nested).ToString(), Is.EqualTo("has(a)"));
        Assert.That(Selector.TryParse(new string('(', Selector.MaxLength), out _), Is.False);
    }
}
