using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Calico.Tests.Bench.Spawn;

/// <summary>
/// One child process with pipes for its standard streams. Everything that can be done before (memory, pipes, input) is done in the
/// constructor, and its output is read after its end, so that the time between holds the child and nothing of ours.
/// </summary>
internal sealed unsafe class SpawnedProgram : IDisposable
{
    private const int MaxInput = 60_000;
    private readonly ProgramStart _start;
    private readonly List<nint> _memory = [];
    private readonly byte* _path;
    private readonly byte** _arguments;
    private readonly byte** _environment;
    private readonly int _stdin;
    private readonly (int Read, int Write) _stdout;
    private readonly (int Read, int Write) _stderr;
    private long _started;
    private TimeSpan _elapsed;
    private int _status;
    private ResourceUsage _usage;

    public SpawnedProgram(ProgramStart start)
    {
        _start = start;
        _path = Text(start.Path);
        _arguments = Texts([start.Path]);
        _environment = Texts([.. start.Environment.Select(pair => $"{pair.Key}={pair.Value}")]);
        _stdin = Input(start.Stdin);
        _stdout = NewPipe();
        _stderr = NewPipe();
    }

    public int Pid { get; private set; }

    /// <summary>Starts the child in process group <paramref name="group"/>; 0 makes a new group with the child's own number.</summary>
    public void Start(int group)
    {
        var actions = stackalloc byte[Libc.OpaqueSize];
        var attributes = stackalloc byte[Libc.OpaqueSize];
        Prepare(actions, attributes, group);
        int pid;
        _started = Stopwatch.GetTimestamp();
        var error = Libc.Spawn(&pid, _path, actions, attributes, _arguments, _environment);
        Libc.CheckErrorNumber(error, $"posix_spawn {_start.Path}");
        Pid = pid;
        Libc.CheckErrorNumber(Libc.ActionsDestroy(actions), "posix_spawn_file_actions_destroy");
        Libc.CheckErrorNumber(Libc.AttributesDestroy(attributes), "posix_spawnattr_destroy");
    }

    /// <summary>Notes how the child ended; the caller has waited for it.</summary>
    public void Ended(long timestamp, int status, in ResourceUsage usage)
    {
        _elapsed = Stopwatch.GetElapsedTime(_started, timestamp);
        _status = status;
        _usage = usage;
    }

    /// <summary>The run, with what the child wrote; to be called once, after its end.</summary>
    public ProgramRun Collect()
    {
        var signal = _status & 0x7f;
        var exitCode = signal == 0 ? (_status >> 8) & 0xff : 128 + signal;
        return new ProgramRun(_start, _elapsed, _usage.Processor, exitCode, Drain(_stdout), Drain(_stderr));
    }

    public void Dispose()
    {
        foreach (var fd in (ReadOnlySpan<int>)[_stdin, _stdout.Read, _stdout.Write, _stderr.Read, _stderr.Write])
        {
            _ = Libc.Close(fd);
        }

        foreach (var block in _memory)
        {
            Marshal.FreeCoTaskMem(block);
        }
    }

    private void Prepare(byte* actions, byte* attributes, int group)
    {
        Libc.CheckErrorNumber(Libc.ActionsInit(actions), "posix_spawn_file_actions_init");
        Libc.CheckErrorNumber(Libc.ActionsDuplicate(actions, _stdin, 0), "posix_spawn_file_actions_adddup2");
        Libc.CheckErrorNumber(Libc.ActionsDuplicate(actions, _stdout.Write, 1), "posix_spawn_file_actions_adddup2");
        Libc.CheckErrorNumber(Libc.ActionsDuplicate(actions, _stderr.Write, 2), "posix_spawn_file_actions_adddup2");
        Libc.CheckErrorNumber(Libc.AttributesInit(attributes), "posix_spawnattr_init");
        Libc.CheckErrorNumber(Libc.AttributesSetGroup(attributes, group), "posix_spawnattr_setpgroup");
        // .NET ignores SIGPIPE, and an ignored signal stays ignored across exec.
        var signals = stackalloc byte[Libc.OpaqueSize];
        Libc.Check(Libc.SignalsEmpty(signals), "sigemptyset");
        Libc.Check(Libc.SignalsAdd(signals, Libc.SigPipe), "sigaddset");
        Libc.CheckErrorNumber(Libc.AttributesSetDefaultSignals(attributes, signals), "posix_spawnattr_setsigdefault");
        const short Flags = Libc.SpawnSetGroup | Libc.SpawnSetDefaultSignals | Libc.SpawnSetSignalMask;
        Libc.CheckErrorNumber(Libc.AttributesSetFlags(attributes, Flags), "posix_spawnattr_setflags");
    }

    private static (int Read, int Write) NewPipe()
    {
        var ends = stackalloc int[2];
        Libc.Check(Libc.Pipe(ends, Libc.CloseOnExec), "pipe2");
        return (ends[0], ends[1]);
    }

    private static int Input(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        // A pipe holds 64 kB: more would block us here, with nobody reading yet.
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, MaxInput);
        var (read, write) = NewPipe();
        fixed (byte* start = bytes)
        {
            Libc.Check((int)Libc.Write(write, start, (nuint)bytes.Length), "write");
        }

        Libc.Check(Libc.Close(write), "close");
        return read;
    }

    private static string Drain((int Read, int Write) pipe)
    {
        // Our end is closed by Dispose: with it open a read of an empty pipe would wait for ever, so a mark ends the text.
        var mark = (byte)0;
        Libc.Check((int)Libc.Write(pipe.Write, &mark, 1), "write");
        var buffer = new byte[MaxInput];
        var length = 0;
        fixed (byte* start = buffer)
        {
            do
            {
                length += Libc.Check((int)Libc.Read(pipe.Read, start + length, (nuint)(buffer.Length - length)), "read");
            }
            while (length < buffer.Length && buffer[length - 1] != 0);
        }

        return Encoding.UTF8.GetString(buffer, 0, length).TrimEnd('\0');
    }

    private byte* Text(string text)
    {
        var block = Marshal.StringToCoTaskMemUTF8(text);
        _memory.Add(block);
        return (byte*)block;
    }

    private byte** Texts(IReadOnlyList<string> texts)
    {
        var block = Marshal.AllocCoTaskMem((texts.Count + 1) * sizeof(nint));
        _memory.Add(block);
        var pointers = (byte**)block;
        for (var i = 0; i < texts.Count; i++)
        {
            pointers[i] = Text(texts[i]);
        }

        pointers[texts.Count] = null;
        return pointers;
    }
}
