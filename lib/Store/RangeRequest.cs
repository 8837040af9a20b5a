namespace Calico.Store;

/// <summary>One key, or all keys that begin with it.</summary>
/// <param name="Revision">Read as of this revision; 0 is now.</param>
/// <param name="Until">Of a prefix, keys from this one on are left out; null leaves none out.</param>
/// <param name="PageSize">Keys per round trip for a prefix.</param>
public sealed record RangeRequest(string Key, bool IsPrefix = false, bool KeysOnly = false, long Revision = 0, int PageSize = 1000, string? Until = null)
{
    public static RangeRequest Prefix(string prefix) => new(prefix, IsPrefix: true);
}
