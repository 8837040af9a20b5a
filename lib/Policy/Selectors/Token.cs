namespace Calico.Policy.Selectors;

internal enum TokenKind
{
    End,
    Label,
    Text,
    Has,
    All,
    Global,
    Not,
    And,
    Or,
    OpenParenthesis,
    CloseParenthesis,
    OpenBrace,
    CloseBrace,
    Comma,
    Equal,
    NotEqual,
    In,
    NotIn,
    Contains,
    StartsWith,
    EndsWith,
}

/// <param name="Kind">What it is.</param>
/// <param name="Value">The name of a label (also of the one in <c>has()</c>) or the content of a string; else empty.</param>
/// <param name="Position">The index of its first character.</param>
internal readonly record struct Token(TokenKind Kind, string Value, int Position);
