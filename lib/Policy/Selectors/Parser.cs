namespace Calico.Policy.Selectors;

/// <summary>Recursive descent over the tokens; <c>||</c> binds weakest, then <c>&amp;&amp;</c>, then <c>!</c>.</summary>
internal ref struct Parser
{
    private readonly string _text;
    private Tokenizer _tokens;
    private Token _current;

    public Parser(string text)
    {
        _text = text;
        _tokens = new Tokenizer(text);
        _current = _tokens.Next();
    }

    public SelectorNode Parse()
    {
        var root = ParseOr();
        return _current.Kind == TokenKind.End ? root : throw Expected("&&, || or the end of the selector");
    }

    private SelectorNode ParseOr()
    {
        var first = ParseAnd();
        if (_current.Kind != TokenKind.Or)
        {
            return first;
        }

        List<SelectorNode> operands = [first];
        while (Accept(TokenKind.Or))
        {
            operands.Add(ParseAnd());
        }

        return new JunctionNode(IsAnd: false, operands);
    }

    private SelectorNode ParseAnd()
    {
        var first = ParseOperand();
        if (_current.Kind != TokenKind.And)
        {
            return first;
        }

        List<SelectorNode> operands = [first];
        while (Accept(TokenKind.And))
        {
            operands.Add(ParseOperand());
        }

        return new JunctionNode(IsAnd: true, operands);
    }

    private SelectorNode ParseOperand()
    {
        var negated = false;
        while (Accept(TokenKind.Not))
        {
            negated = !negated;
        }

        var operand = ParsePrimary();
        return negated ? new NotNode(operand) : operand;
    }

    private SelectorNode ParsePrimary()
    {
        var token = _current;
        switch (token.Kind)
        {
            case TokenKind.All:
                Advance();
                return new AllNode();
            case TokenKind.Global:
                Advance();
                return new GlobalNode();
            case TokenKind.Has:
                Advance();
                return new HasNode(token.Value);
            case TokenKind.Label:
                Advance();
                return ParseComparison(token.Value);
            case TokenKind.OpenParenthesis:
                Advance();
                var inner = ParseOr();
                Require(TokenKind.CloseParenthesis, "&&, || or )");
                return inner;
            default:
                throw Expected("a label, has(...), all(), global(), ! or (");
        }
    }

    private SelectorNode ParseComparison(string label)
    {
        var kind = _current.Kind;
        if (kind is TokenKind.In or TokenKind.NotIn)
        {
            Advance();
            return new InSetNode(label, ParseSet(), negated: kind == TokenKind.NotIn);
        }

        var comparison = kind switch
        {
            TokenKind.Equal => Comparison.Equal,
            TokenKind.NotEqual => Comparison.NotEqual,
            TokenKind.Contains => Comparison.Contains,
            TokenKind.StartsWith => Comparison.StartsWith,
            TokenKind.EndsWith => Comparison.EndsWith,
            _ => throw Expected("an operator: ==, !=, in, not in, contains, starts with or ends with"),
        };
        Advance();
        return new CompareNode(label, comparison, Require(TokenKind.Text, "a string in ' or \"").Value);
    }

    // As upstream: the set may be empty, and a comma may stand behind the last string.
    private List<string> ParseSet()
    {
        Require(TokenKind.OpenBrace, "{");
        List<string> values = [];
        while (_current.Kind == TokenKind.Text)
        {
            values.Add(_current.Value);
            Advance();
            if (!Accept(TokenKind.Comma))
            {
                break;
            }
        }

        Require(TokenKind.CloseBrace, "a string in ' or \", or }");
        return values;
    }

    private Token Require(TokenKind kind, string expected)
    {
        var token = _current;
        return Accept(kind) ? token : throw Expected(expected);
    }

    private bool Accept(TokenKind kind)
    {
        if (_current.Kind != kind)
        {
            return false;
        }

        Advance();
        return true;
    }

    private void Advance() => _current = _tokens.Next();

    private readonly SelectorException Expected(string what) => new(_text, _current.Position, what);
}
