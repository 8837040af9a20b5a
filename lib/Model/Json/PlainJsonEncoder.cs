using System.Text.Encodings.Web;

namespace Calico.Model.Json;

/// <summary>
/// Escapes what JSON itself demands (RFC 8259 section 7: quotes, backslashes, control characters) and nothing else: what we write goes to etcd and to
/// runtimes, never into HTML. Ours, because at their first use the framework's encoders build tables of all 65,536 code points of the basic plane,
/// a tenth of what a call of <c>calico</c> costs.
/// </summary>
public sealed class PlainJsonEncoder : JavaScriptEncoder
{
    private const int FirstPrintable = 0x20;
    private const int EscapeLength = 6; // \u001f

    private PlainJsonEncoder()
    {
    }

    public static PlainJsonEncoder Instance { get; } = new();

    public override int MaxOutputCharactersPerInputCharacter => EscapeLength;

    public override bool WillEncode(int unicodeScalar) => unicodeScalar is < FirstPrintable or '"' or '\\';

    public override int FindFirstCharacterToEncodeUtf8(ReadOnlySpan<byte> utf8Text)
    {
        for (var i = 0; i < utf8Text.Length; i++)
        {
            // Beyond ASCII the base class looks, so that octets that are no UTF-8 are replaced and not passed on.
            if (utf8Text[i] >= 0x80)
            {
                var rest = base.FindFirstCharacterToEncodeUtf8(utf8Text[i..]);
                return rest < 0 ? -1 : i + rest;
            }

            if (WillEncode(utf8Text[i]))
            {
                return i;
            }
        }

        return -1;
    }

    // The framework's signature has pointers; each is turned into a span at once.
    public override unsafe int FindFirstCharacterToEncode(char* text, int textLength)
    {
        var characters = new ReadOnlySpan<char>(text, textLength);
        for (var i = 0; i < characters.Length; i++)
        {
            if (WillEncode(characters[i]))
            {
                return i;
            }

            if (char.IsSurrogate(characters[i]))
            {
                // Half of a pair alone is replaced by the caller.
                if (i + 1 == characters.Length || !char.IsSurrogatePair(characters[i], characters[i + 1]))
                {
                    return i;
                }

                i++;
            }
        }

        return -1;
    }

    public override unsafe bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        var target = new Span<char>(buffer, bufferLength);
        return unicodeScalar switch
        {
            '"' => target.TryWrite($"\\\"", out numberOfCharactersWritten),
            '\\' => target.TryWrite($"\\\\", out numberOfCharactersWritten),
            '\n' => target.TryWrite($"\\n", out numberOfCharactersWritten),
            '\r' => target.TryWrite($"\\r", out numberOfCharactersWritten),
            '\t' => target.TryWrite($"\\t", out numberOfCharactersWritten),
            _ => target.TryWrite($"\\u{unicodeScalar:x4}", out numberOfCharactersWritten),
        };
    }
}
