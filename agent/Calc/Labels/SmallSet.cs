namespace Calico.Agent.Calc.Labels;

/// <summary>A set that is mostly empty or of one element, which then costs one reference. Keep it in a field: it is mutable.</summary>
internal struct SmallSet<T>
    where T : class
{
    // Null, the one element, or a HashSet of more.
    private object? _content;

    public readonly int Count => _content is HashSet<T> many ? many.Count : _content is null ? 0 : 1;

    /// <summary>False when it was there.</summary>
    public bool Add(T item)
    {
        switch (_content)
        {
            case null:
                _content = item;
                return true;
            case HashSet<T> many:
                return many.Add(item);
            case var one when one == item:
                return false;
            default:
                _content = new HashSet<T> { (T)_content, item };
                return true;
        }
    }

    /// <summary>False when it was not there.</summary>
    public bool Remove(T item)
    {
        if (_content is HashSet<T> many)
        {
            return many.Remove(item);
        }

        var found = _content == item;
        _content = found ? null : _content;
        return found;
    }

    public readonly Enumerator GetEnumerator() => new(_content);

    internal struct Enumerator
    {
        private readonly bool _isMany;
        private HashSet<T>.Enumerator _many;
        private T? _next;

        public Enumerator(object? content)
        {
            _isMany = content is HashSet<T>;
            _many = _isMany ? ((HashSet<T>)content!).GetEnumerator() : default;
            _next = _isMany ? null : (T?)content;
            Current = null!;
        }

        public T Current { get; private set; }

        public bool MoveNext()
        {
            if (_isMany)
            {
                var more = _many.MoveNext();
                Current = more ? _many.Current : null!;
                return more;
            }

            (Current, _next) = (_next!, null);
            return Current is not null;
        }
    }
}
