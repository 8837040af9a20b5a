using Calico.Cni.Protocol;

namespace Calico.Tests.Unit.CniProtocol;

internal sealed class CniLogTests
{
    private string _directory = "";

    private string LogPath => Path.Combine(_directory, "deep", "cni.log");

    [SetUp]
    public void MakeDirectory() => _directory = Directory.CreateTempSubdirectory("calico-log-").FullName;

    [TearDown]
    public void DeleteDirectory() => Directory.Delete(_directory, recursive: true);

    [Test]
    public void Nothing_is_made_before_the_first_line()
    {
        CniLog.Open(Conf(), "c1", "eth0").Debug("below the level");

        Assert.That(Directory.Exists(Path.GetDirectoryName(LogPath)), Is.False);
    }

    [Test]
    public void A_line_tells_time_level_container_interface_and_message()
    {
        CniLog.Open(Conf(), "c1", "eth0", new FixedTime()).Info("done\nand forged");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(File.ReadAllText(LogPath), Is.EqualTo("2026-01-02T03:04:05.678Z INFO c1 eth0 done and forged\n"));
            Assert.That(File.GetUnixFileMode(LogPath), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }
    }

    [TestCase("debug", 4)]
    [TestCase("trace", 4)]
    [TestCase("info", 3)]
    [TestCase("Warning", 2)]
    [TestCase("warn", 2)]
    [TestCase("ERROR", 1)]
    [TestCase("nonsense", 3)]
    public void The_level_says_what_is_written(string level, int lines)
    {
        var log = CniLog.Open(Conf() with { LogLevel = level }, "", "");
        log.Debug("d");
        log.Info("i");
        log.Warning("w");
        log.Error("e");

        Assert.That(File.ReadAllLines(LogPath), Has.Length.EqualTo(lines).And.All.Contains(" - - "));
    }

    [Test]
    public void A_log_that_cannot_be_written_fails_nothing()
    {
        File.WriteAllText(Path.Combine(_directory, "deep"), "a file where the directory should be");

        Assert.That(() => CniLog.Open(Conf(), "c", "i").Error("lost"), Throws.Nothing);
    }

    [Test]
    public void An_empty_path_writes_nowhere() =>
        Assert.That(() => CniLog.Open(Conf() with { LogFilePath = "" }, "c", "i").Error("lost"), Throws.Nothing);

    [Test]
    public void Parallel_writers_lose_no_line_while_the_file_rotates()
    {
        const int Writers = 8;
        const int Lines = 100;
        Parallel.For(0, Writers, new ParallelOptions { MaxDegreeOfParallelism = Writers }, writer =>
        {
            var file = new RotatingFile(LogPath, maxBytes: 4000, TimeSpan.Zero, maxCount: 0, TimeProvider.System);
            for (var line = 0; line < Lines; line++)
            {
                Assert.That(file.TryAppend(System.Text.Encoding.UTF8.GetBytes($"writer {writer} line {line:D3}\n")), Is.True);
            }
        });

        var files = Directory.GetFiles(Path.GetDirectoryName(LogPath)!);
        var all = files.SelectMany(File.ReadAllLines).Order(StringComparer.Ordinal).ToArray();
        var expected = Enumerable.Range(0, Writers).SelectMany(w => Enumerable.Range(0, Lines).Select(l => $"writer {w} line {l:D3}")).ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(all, Is.EqualTo(expected));
            Assert.That(files.Select(f => new FileInfo(f).Length), Has.All.LessThanOrEqualTo(4000));
            Assert.That(files, Has.Length.EqualTo(4));
        }
    }

    [Test]
    public void The_oldest_rotated_files_go_first()
    {
        for (var line = 0; line < 6; line++)
        {
            new RotatingFile(LogPath, maxBytes: 10, TimeSpan.Zero, maxCount: 2, TimeProvider.System).TryAppend(System.Text.Encoding.UTF8.GetBytes($"line {line} ..\n"));
        }

        var rotated = Directory.GetFiles(Path.GetDirectoryName(LogPath)!, "cni-*.log").Order(StringComparer.Ordinal).Select(File.ReadAllText);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(rotated, Is.EqualTo(new[] { "line 3 ..\n", "line 4 ..\n" }));
            Assert.That(File.ReadAllText(LogPath), Is.EqualTo("line 5 ..\n"));
        }
    }

    [Test]
    public void Rotated_files_above_the_age_go()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(LogPath)!);
        var old = Path.Combine(Path.GetDirectoryName(LogPath)!, "cni-2020-01-01T00-00-00.0000000.log");
        File.WriteAllText(old, "old");
        var file = new RotatingFile(LogPath, maxBytes: 10, TimeSpan.FromDays(30), maxCount: 10, TimeProvider.System);
        file.TryAppend("line 1 ..\n"u8);
        file.TryAppend("line 2 ..\n"u8);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(File.Exists(old), Is.False);
            Assert.That(Directory.GetFiles(Path.GetDirectoryName(LogPath)!, "cni-*.log"), Has.Length.EqualTo(1));
        }
    }

    private NetConf Conf() => new() { LogFilePath = LogPath };

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
    }
}
