using System.Globalization;

namespace Calico.Tests.Netns.Chaos;

/// <summary>
/// The wall clock of the agents, by libfaketime: the machine's own is left alone, and a time namespace has no wall clock. etcd, which asks the kernel
/// and not the C library, keeps the true time, as do the plugins.
/// </summary>
internal sealed class ChaosClock
{
    private static readonly string[] Libraries =
    [
        "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1", "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1", "/usr/lib64/faketime/libfaketimeMT.so.1",
    ];

    private readonly string _library;
    private readonly string _file;

    private ChaosClock(string library, string file)
    {
        _library = library;
        _file = file;
    }

    /// <summary>What an agent is started with.</summary>
    public (string Name, string Value)[] Settings =>
    [
        ("LD_PRELOAD", _library), ("FAKETIME_TIMESTAMP_FILE", _file), ("FAKETIME_CACHE_DURATION", "1"), ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
    ];

    /// <summary>Null when libfaketime is not installed.</summary>
    public static ChaosClock? Find(string directory)
    {
        if (Libraries.FirstOrDefault(File.Exists) is not { } library)
        {
            return null;
        }

        var file = Path.Combine(directory, "faketime");
        File.WriteAllText(file, "+0");
        return new ChaosClock(library, file);
    }

    /// <summary>Some hours ahead or behind of the true time, or back to it.</summary>
    public async Task JumpAsync(Random random)
    {
        // Beside and rename: an agent must not read half of it.
        await File.WriteAllTextAsync(_file + ".new", random.Next(-12, 13).ToString("+0;-0;+0", CultureInfo.InvariantCulture) + "h");
        File.Move(_file + ".new", _file, overwrite: true);
        await Task.Delay(TimeSpan.FromSeconds(1.5));
    }
}
