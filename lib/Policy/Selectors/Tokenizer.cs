using System.Buffers;

namespace Calico.Policy.Selectors;

/// <summary>
/// Cuts a selector into tokens. Words are operators only right behind a label, so that <c>in</c>, <c>contains</c> or <c>has</c>
/// remain usable as names of labels, as upstream has it.
/// </summary>
internal ref struct Tokenizer(string text)
{
    public const string WhiteSpace = " \t";
    private const int MaxLabelLength = 512;
    private static readonly SearchValues<char> LabelCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-");

    private int _at;
    private TokenKind _previous = TokenKind.End;

    public Token Next()
    {
        SkipWhiteSpace();
        var token = _at == text.Length ? new Token(TokenKind.End, "", _at) : ReadSymbol() ?? ReadWord();
        _previous = token.Kind;
        return token;
    }

    private Token? ReadSymbol()
    {
        var rest = text.AsSpan(_at);
        return rest[0] switch
        {
            '(' => Take(TokenKind.OpenParenthesis, 1),
            ')' => Take(TokenKind.CloseParenthesis, 1),
            '{' => Take(TokenKind.OpenBrace, 1),
            '}' => Take(TokenKind.CloseBrace, 1),
            ',' => Take(TokenKind.Comma, 1),
            '\'' or '"' => ReadText(rest[0]),
            '!' when rest.StartsWith("!=") => Take(TokenKind.NotEqual, 2),
            '!' => Take(TokenKind.Not, 1),
            '=' => TakePair(TokenKind.Equal, "=="),
            '&' => TakePair(TokenKind.And, "&&"),
            '|' => TakePair(TokenKind.Or, "||"),
            _ => null,
        };
    }

    private Token ReadWord()
    {
        if (_previous == TokenKind.Label)
        {
            return TakeOperator("in", TokenKind.In)
                ?? TakeOperator("not", "in", TokenKind.NotIn)
                ?? TakeOperator("contains", TokenKind.Contains)
                ?? TakeOperator("starts", "with", TokenKind.StartsWith)
                ?? TakeOperator("ends", "with", TokenKind.EndsWith)
                ?? throw Expected("an operator: ==, !=, in, not in, contains, starts with or ends with");
        }

        return TakeCall("all", TokenKind.All) ?? TakeCall("global", TokenKind.Global) ?? TakeHas() ?? TakeLabel();
    }

    private Token ReadText(char quote)
    {
        var start = _at + 1;
        var length = text.AsSpan(start).IndexOf(quote);
        if (length < 0)
        {
            _at = text.Length;
            throw Expected($"{quote} to end the string that begins at character {start}");
        }

        return Take(TokenKind.Text, length + 2, text.Substring(start, length));
    }

    private Token TakePair(TokenKind kind, string pair) =>
        text.AsSpan(_at).StartsWith(pair) ? Take(kind, pair.Length) : throw Expected(pair);

    private Token? TakeOperator(string word, TokenKind kind) => IsWord(_at, word) ? Take(kind, word.Length) : null;

    // "not in" may be written with any white space between, or none.
    private Token? TakeOperator(string first, string second, TokenKind kind)
    {
        if (!text.AsSpan(_at).StartsWith(first))
        {
            return null;
        }

        var at = AfterWhiteSpace(_at + first.Length);
        return IsWord(at, second) ? Take(kind, at + second.Length - _at) : null;
    }

    private Token? TakeCall(string name, TokenKind kind)
    {
        if (!text.AsSpan(_at).StartsWith($"{name}("))
        {
            return null;
        }

        var at = AfterWhiteSpace(_at + name.Length + 1);
        return at < text.Length && text[at] == ')' ? Take(kind, at + 1 - _at) : throw Expected(")", at);
    }

    private Token? TakeHas()
    {
        if (!text.AsSpan(_at).StartsWith("has("))
        {
            return null;
        }

        var start = AfterWhiteSpace(_at + "has(".Length);
        var length = LabelLength(start);
        var at = AfterWhiteSpace(start + length);
        return at < text.Length && text[at] == ')'
            ? Take(TokenKind.Has, at + 1 - _at, text.Substring(start, length))
            : throw Expected(")", at);
    }

    private Token TakeLabel()
    {
        var length = LabelLength(_at);
        return Take(TokenKind.Label, length, text.Substring(_at, length));
    }

    private readonly int LabelLength(int start)
    {
        var rest = text.AsSpan(start);
        var end = rest.IndexOfAnyExcept(LabelCharacters);
        var length = end < 0 ? rest.Length : end;
        return length switch
        {
            0 => throw Expected("the name of a label", start),
            > MaxLabelLength => throw Expected($"the end of the label's name, which may have {MaxLabelLength} characters", start + MaxLabelLength),
            _ => length,
        };
    }

    private readonly bool IsWord(int at, string word)
    {
        var rest = text.AsSpan(at);
        return rest.StartsWith(word) && (rest.Length == word.Length || !LabelCharacters.Contains(rest[word.Length]));
    }

    private void SkipWhiteSpace() => _at = AfterWhiteSpace(_at);

    private readonly int AfterWhiteSpace(int at)
    {
        var length = text.AsSpan(at).IndexOfAnyExcept(WhiteSpace);
        return length < 0 ? text.Length : at + length;
    }

    private Token Take(TokenKind kind, int length, string value = "")
    {
        var token = new Token(kind, value, _at);
        _at += length;
        return token;
    }

    private readonly SelectorException Expected(string what) => Expected(what, _at);

    private readonly SelectorException Expected(string what, int position) => new(text, position, what);
}
