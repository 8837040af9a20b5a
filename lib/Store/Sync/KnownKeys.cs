using System.Text;

namespace Calico.Store.Sync;

/// <summary>
/// Of each key the revision of its last change. Keys of one directory hold its name once, and their own part as UTF-8: of a hundred thousand keys that
/// is a third of what strings take. Not thread-safe.
/// </summary>
internal sealed class KnownKeys
{
    private readonly Dictionary<string, Dictionary<Name, long>> _directories = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<Name, long>>.AlternateLookup<ReadOnlySpan<char>> _byPath;

    public KnownKeys() => _byPath = _directories.GetAlternateLookup<ReadOnlySpan<char>>();

    public IEnumerable<string> All => _directories.SelectMany(directory => directory.Value.Keys.Select(name => directory.Key + name));

    /// <summary>0 for a key that is not known.</summary>
    public long RevisionOf(string key)
    {
        var end = Split(key);
        return _byPath.TryGetValue(key.AsSpan(0, end), out var names) ? names.GetValueOrDefault(new Name(key.AsSpan(end))) : 0;
    }

    public void Set(string key, long revision)
    {
        var end = Split(key);
        if (!_byPath.TryGetValue(key.AsSpan(0, end), out var names))
        {
            _directories.Add(key[..end], names = []);
        }

        names[new Name(key.AsSpan(end))] = revision;
    }

    /// <summary>False when it was not known.</summary>
    public bool Remove(string key)
    {
        var end = Split(key);
        if (!_byPath.TryGetValue(key.AsSpan(0, end), out var names) || !names.Remove(new Name(key.AsSpan(end))))
        {
            return false;
        }

        if (names.Count == 0)
        {
            _byPath.Remove(key.AsSpan(0, end));
        }

        return true;
    }

    /// <summary>Gives back what tables that grew by doubling have in reserve: after a list, of which most stays as it is.</summary>
    public void Trim()
    {
        foreach (var names in _directories.Values)
        {
            names.TrimExcess();
        }

        _directories.TrimExcess();
    }

    private static int Split(string key) => key.LastIndexOf('/') + 1;

    private readonly struct Name(ReadOnlySpan<char> text) : IEquatable<Name>
    {
        private readonly byte[] _bytes = ToBytes(text);

        public bool Equals(Name other) => _bytes.AsSpan().SequenceEqual(other._bytes);

        public override bool Equals(object? obj) => obj is Name other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.AddBytes(_bytes);
            return hash.ToHashCode();
        }

        public override string ToString() => Encoding.UTF8.GetString(_bytes);

        private static byte[] ToBytes(ReadOnlySpan<char> text)
        {
            var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
            Encoding.UTF8.GetBytes(text, bytes);
            return bytes;
        }
    }
}
