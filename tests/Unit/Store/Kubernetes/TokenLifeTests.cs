using System.Buffers.Text;
using System.Text;
using Calico.Store.Kubernetes;

namespace Calico.Tests.Unit.Store.Kubernetes;

internal sealed class TokenLifeTests
{
    [Test]
    public void The_token_says_when_it_begins_and_ends()
    {
        var life = TokenLife.Of(Token("""{"iat":1000,"exp":5000,"sub":"x"}"""))!;
        Assert.That((life.IssuedAt, life.ExpiresAt), Is.EqualTo((DateTimeOffset.FromUnixTimeSeconds(1000), DateTimeOffset.FromUnixTimeSeconds(5000))));
        Assert.That(life.IsNearlyOver(DateTimeOffset.FromUnixTimeSeconds(3999)), Is.False);
        Assert.That(life.IsNearlyOver(DateTimeOffset.FromUnixTimeSeconds(4001)), Is.True);
    }

    [Test]
    public void One_that_does_not_say_when_it_began_is_never_nearly_over() =>
        Assert.That(TokenLife.Of(Token("""{"exp":5000}"""))!.IsNearlyOver(DateTimeOffset.FromUnixTimeSeconds(4999)), Is.False);

    [TestCase("abc")]
    [TestCase("a.b.c")]
    [TestCase("a.!!!.c")]
    public void What_is_no_JWT_says_nothing(string token) => Assert.That(TokenLife.Of(token), Is.Null);

    [TestCase("""{"iat":1}""")]
    [TestCase("""{"exp":"soon"}""")]
    [TestCase("""{"exp":1e30}""")]
    [TestCase("""{"exp":9223372036854775807}""")]
    [TestCase("""[1]""")]
    public void A_payload_without_an_end_says_nothing(string payload) => Assert.That(TokenLife.Of(Token(payload)), Is.Null);

    private static string Token(string payload) => $"e30.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}.sig";
}
