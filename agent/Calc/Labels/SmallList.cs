namespace Calico.Agent.Calc.Labels;

/// <summary>A list that is mostly empty or of one element, which then costs no array. Keep it in a field: it is mutable.</summary>
internal struct SmallList<T>
    where T : class
{
    // Null, the one element, or an array of more.
    private object? _content;

    public int Count { get; private set; }

    public readonly T this[int index] => _content is T[] many ? many[index] : (T)_content!;

    public void Add(T item)
    {
        if (_content is T[] many)
        {
            if (Count == many.Length)
            {
                // By half, not twofold: the lists of all shapes together are as long as the cluster is large.
                Array.Resize(ref many, Count + (Count / 2));
                _content = many;
            }

            many[Count] = item;
        }
        else
        {
            _content = Count == 0 ? item : new[] { (T)_content!, item };
        }

        Count++;
    }

    /// <summary>Takes one out and puts the last one, which it returns, in its place.</summary>
    public T RemoveAt(int index)
    {
        var last = this[--Count];
        if (_content is T[] many)
        {
            many[index] = last;
            many[Count] = null!;
        }

        if (Count == 0)
        {
            _content = null;
        }

        return last;
    }

    /// <summary>Looks from the start. False when it was not there.</summary>
    public bool Remove(T item)
    {
        var index = _content is T[] many ? Array.IndexOf(many, item, 0, Count) : ReferenceEquals(_content, item) ? 0 : -1;
        if (index >= 0)
        {
            RemoveAt(index);
        }

        return index >= 0;
    }
}
