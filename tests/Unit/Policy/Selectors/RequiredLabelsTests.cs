using Calico.Policy.Selectors;

namespace Calico.Tests.Unit.Policy.Selectors;

internal sealed class RequiredLabelsTests
{
    [TestCase("a == 'b'", "a=b")]
    [TestCase("has(a)", "a")]
    [TestCase("a starts with 'b'", "a")]
    [TestCase("a in {'b', 'c'}", "a=b|a=c")]
    [TestCase("a == 'b' && has(c)", "a=b;c")]
    [TestCase("a == 'b' || (has(c) && d == 'e')", "a=b|d=e")]
    [TestCase("a == 'b' || c != 'd'", "")]
    [TestCase("a != 'b'", "")]
    [TestCase("a not in {'b'}", "")]
    [TestCase("!has(a)", "")]
    [TestCase("all()", "")]
    public void What_a_selector_needs(string selector, string expected)
    {
        var clauses = RequiredLabels.Of(Selector.Parse(selector))
            .Select(clause => string.Join('|', clause.Select(atom => atom.Value is null ? atom.Label : $"{atom.Label}={atom.Value}")));
        Assert.That(string.Join(';', clauses), Is.EqualTo(expected));
    }

    [Test]
    public void What_is_in_no_set_can_match_nothing() => Assert.That(RequiredLabels.Of(Selector.Parse("a in {}")).Single(), Is.Empty);
}
