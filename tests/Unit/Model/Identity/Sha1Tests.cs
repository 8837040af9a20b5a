using System.Security.Cryptography;
using System.Text;
using Calico.Model.Identity;
using FsCheck;
using FsCheck.Fluent;

namespace Calico.Tests.Unit.Model.Identity;

internal sealed class Sha1Tests
{
    [TestCase("", "da39a3ee5e6b4b0d3255bfef95601890afd80709")]
    [TestCase("abc", "a9993e364706816aba3e25717850c26c9cd0d89d")]
    [TestCase("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "84983e441c3bd26ebaae4aa1f95129e5e54670f1")]
    public void Meets_the_vectors_of_RFC_3174(string message, string hash) =>
        Assert.That(Convert.ToHexStringLower(Sha1.Hash(Encoding.ASCII.GetBytes(message))), Is.EqualTo(hash));

    [Test]
    public void Agrees_with_the_framework_around_every_block_boundary()
    {
        for (var length = 0; length <= 200; length++)
        {
            var message = Enumerable.Range(0, length).Select(i => (byte)(i * 7)).ToArray();
            Assert.That(Sha1.Hash(message), Is.EqualTo(SHA1.HashData(message)), $"{length} bytes");
        }
    }

    [Test]
    public void Agrees_with_the_framework_on_anything() =>
        Prop.ForAll<byte[]>(message => Sha1.Hash(message).SequenceEqual(SHA1.HashData(message))).QuickCheckThrowOnFailure();
}
