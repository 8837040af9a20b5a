using Calico.Policy.Selectors;

namespace Calico.Tests.Unit.Policy.Selectors;

internal sealed class SelectorHashTests
{
    // The first three are upstream's own examples (libcalico-go/lib/selector/parser).
    [TestCase("", "s:5y5I3VdRZfDU01O--xXAPx2yxCQQqMf0M6IWug")]
    [TestCase("! (has( b)||! has(a ))", "s:Iss0uCleLYv1GSv_pNm7hAO58kE9jAx1NKyG3Q")]
    [TestCase("! (a == \"b\"&&! c != \"d\")", "s:lh3haoY1ikTRkd4UZu0nWSaIBknYLPJLX16d-w")]
    public void Is_upstreams_unique_id(string selector, string id) => Assert.That(Selector.Parse(selector).Hash, Is.EqualTo(id));

    [Test]
    public void Is_one_for_all_spellings_and_another_for_another_selector()
    {
        Assert.That(Selector.Parse("a in {'y','x'}").Hash, Is.EqualTo(Selector.Parse("(a  in {\"x\", \"y\"})").Hash));
        Assert.That(Selector.Parse("a == 'x'").Hash, Is.Not.EqualTo(Selector.Parse("a == 'y'").Hash));
    }

    // FIPS 180-2 with change notice 1, appendix, and the lengths around one block.
    [TestCase("abc", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7")]
    [TestCase("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "75388b16512776cc5dba5da1fd890150b0c6455cb4f58b1952522525")]
    [TestCase("", "d14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f")]
    public void Sha224_is_the_standards(string message, string hash) =>
        Assert.That(Convert.ToHexStringLower(Sha224.Hash(System.Text.Encoding.ASCII.GetBytes(message))), Is.EqualTo(hash));
}
