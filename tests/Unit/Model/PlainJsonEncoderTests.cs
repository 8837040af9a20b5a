using System.Text;
using System.Text.Json;
using Calico.Model.Json;

namespace Calico.Tests.Unit.Model;

internal sealed class PlainJsonEncoderTests
{
    [TestCase("plain", "\"plain\"")]
    [TestCase("", "\"\"")]
    [TestCase("a+b<c>&'d'", "\"a+b<c>&'d'\"")]
    [TestCase("say \"hi\" \\ there", "\"say \\\"hi\\\" \\\\ there\"")]
    [TestCase("line\nline\r\ttab", "\"line\\nline\\r\\ttab\"")]
    [TestCase("\u0001\u001f", "\"\\u0001\\u001f\"")]
    [TestCase("grüße 漢字 😀", "\"grüße 漢字 😀\"")]
    public void Escapes_what_json_demands_and_no_more(string text, string expected) => Assert.That(Write(text), Is.EqualTo(expected));

    [Test]
    public void Half_of_a_surrogate_pair_is_replaced()
    {
        var json = Write("x\ud83dy");

        Assert.That(JsonDocument.Parse(json).RootElement.GetString(), Is.EqualTo("x\ufffdy"));
    }

    [Test]
    public void Any_text_is_read_back_as_it_was([Range(0, 49)] int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        for (var i = 0; i < 200; i++)
        {
            var rune = random.Next(0, 4) == 0 ? random.Next(0, 0x110000) : random.Next(0, 0x100);
            text.Append(Rune.IsValid(rune) ? new Rune(rune).ToString() : "?");
        }

        Assert.Multiple(() =>
        {
            Assert.That(JsonDocument.Parse(Write(text.ToString())).RootElement.GetString(), Is.EqualTo(text.ToString()));
            Assert.That(JsonDocument.Parse(WriteUtf8(text.ToString())).RootElement.GetString(), Is.EqualTo(text.ToString()));
        });
    }

    private static string Write(string text) => Encode(json => json.WriteStringValue(text));

    private static string WriteUtf8(string text) => Encode(json => json.WriteStringValue(Encoding.UTF8.GetBytes(text)));

    private static string Encode(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = PlainJsonEncoder.Instance }))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
