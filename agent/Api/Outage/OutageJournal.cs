using System.Text.Json;
using Calico.Ipam.Core;
using Calico.Model.Identity;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Api.Outage;

/// <summary>
/// The journal on disk: lines of JSON, each synced before its call is answered, so that it outlives the agent and the power. Emptied when the store knows
/// everything; a file that is not empty tells <c>calico-ipam</c> to leave this node to the agent. Not thread-safe.
/// </summary>
internal sealed class OutageJournal : IDisposable
{
    /// <summary>A longer one would be told for minutes.</summary>
    private const int MostPending = 10_000;

    private const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly string _path;
    private readonly JournalState _state = new();
    private FileStream? _file;

    private OutageJournal(string path) => _path = path;

    public JournalState State => _state;

    /// <summary>Reads what an earlier agent left. A last line that was cut short was never answered and is dropped.</summary>
    /// <exception cref="IOException">It cannot be read, or a line before the last is damaged.</exception>
    public static OutageJournal Open(string path, ILogger log)
    {
        var journal = new OutageJournal(path);
        var content = File.Exists(path) ? File.ReadAllBytes(path) : [];
        var whole = content.AsSpan().LastIndexOf((byte)'\n') + 1;
        journal.Read(content.AsMemory(0, whole));
        if (whole < content.Length)
        {
            log.JournalTorn(path, content.Length - whole);
            journal.Write([], whole);
        }

        if (journal._state.PendingCount > 0)
        {
            log.JournalFound(path, journal._state.PendingCount);
        }

        return journal;
    }

    /// <summary>Takes no entry about an interface that has none yet.</summary>
    public bool IsFull => _state.PendingCount >= MostPending;

    /// <summary>Writes an entry; when this returns, it is on the disk.</summary>
    /// <exception cref="IpamException">It is not, and nothing has changed.</exception>
    public JournalEntry Append(JournalEntry entry)
    {
        if (IsFull && _state.Find(entry.Identity) is null)
        {
            throw NotWritten($"it holds {MostPending} calls already");
        }

        var next = _state.Next(entry);
        try
        {
            Append(JournalText.Entry(next));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(e.Message, e);
        }

        _state.Add(next);
        return next;
    }

    /// <summary>The store knows these. The file is emptied when nothing is left.</summary>
    /// <returns>Those that no later entry has replaced.</returns>
    public IReadOnlyList<JournalEntry> Done(IReadOnlyList<JournalEntry> entries)
    {
        var told = entries.Select(entry => entry.Id).ToHashSet();
        if (_state.Pending.All(entry => told.Contains(entry.Id)))
        {
            Write([], 0);
        }
        else
        {
            Append([.. told.SelectMany(JournalText.Done)]);
        }

        var known = entries.Where(entry => _state.Done(entry.Id)).ToList();
        if (_state.PendingCount == 0)
        {
            _state.Clear();
        }

        return known;
    }

    /// <summary>What is pending about an interface.</summary>
    public JournalEntry? Find(WorkloadIdentity identity) => _state.Find(identity);

    public void Dispose() => _file?.Dispose();

    private void Read(ReadOnlyMemory<byte> content)
    {
        for (var line = 1; content.Length > 0; line++)
        {
            var end = content.Span.IndexOf((byte)'\n');
            try
            {
                var (entry, done) = JournalText.Read(content[..end]);
                if (entry is not null)
                {
                    _state.Add(entry);
                }
                else
                {
                    _state.Done(done);
                }
            }
            catch (JsonException e)
            {
                throw new IOException(
                    $"line {line} of {_path} is damaged ({e.Message}): it says what pods were given while etcd was away; repair the line, or move the file away and run calicoctl ipam check", e);
            }

            content = content[(end + 1)..];
        }

        if (_state.PendingCount == 0)
        {
            _state.Clear();
        }
    }

    private IpamException NotWritten(string why, Exception? inner = null) =>
        new(IpamFailure.NotReady, $"the store is away, and the journal {_path} cannot be written: {why}", "make room on its disk, or bring etcd back", inner);

    private void Append(byte[] lines) => Write(lines, Stream().Length);

    /// <summary>Makes the file end with these lines at an offset. After a failure it is as long as before.</summary>
    private void Write(byte[] lines, long offset)
    {
        var file = Stream();
        try
        {
            file.SetLength(offset);
            file.Position = offset;
            file.Write(lines);
            file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            file.SetLength(offset);
            throw;
        }
    }

    private FileStream Stream()
    {
        if (_file is null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(_path))!);
            _file = new FileStream(_path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.ReadWrite,
                BufferSize = 0,
                UnixCreateMode = Secret,
            });
            File.SetUnixFileMode(_file.SafeFileHandle, Secret); // whatever it was before
        }

        return _file;
    }
}
