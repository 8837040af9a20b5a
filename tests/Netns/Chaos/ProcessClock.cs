using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using Calico.Tests.Rig.Processes;

namespace Calico.Tests.Netns.Chaos;

/// <summary>
/// The wall clock of one running process. A time namespace has none (time_namespaces(7)), and a preloaded library does not reach etcd, which asks the vDSO
/// and not the C library. So the process' own copy of the vDSO is written over: CLOCK_REALTIME is the kernel's plus an offset, every other clock is
/// the kernel's. A process that is started again has the true time.
/// </summary>
internal static class ProcessClock
{
    private const string Function = "__vdso_clock_gettime";
    private const int Tries = 20;
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(30);

    /// <summary>The code that is written is x86-64's.</summary>
    public static bool IsPossible => RuntimeInformation.ProcessArchitecture == Architecture.X64 && VdsoFunction.Find(Environment.ProcessId, Function) is not null;

    /// <summary>Sets the clock of a process ahead of the true time, or behind it, by whole seconds.</summary>
    public static async Task SetAsync(int pid, TimeSpan ahead)
    {
        var function = VdsoFunction.Find(pid, Function) ?? throw new InvalidOperationException($"process {pid} has no {Function}");
        var code = Code((long)ahead.TotalSeconds);
        if (code.Length > function.Size)
        {
            throw new InvalidOperationException($"{Function} has {function.Size} bytes, and {code.Length} are needed");
        }

        for (var tries = 1; ; tries++)
        {
            await SignalAsync(pid, "STOP");
            try
            {
                await Wait.UntilAsync(() => Threads(pid).All(IsStopped), StopDeadline, $"process {pid} to stop");
                if (!Threads(pid).Any(thread => IsWithin(thread, function.Address, code.Length)))
                {
                    using var memory = File.OpenHandle($"/proc/{pid}/mem", FileMode.Open, FileAccess.Write);
                    RandomAccess.Write(memory, code, function.Address);
                    return;
                }
            }
            finally
            {
                await SignalAsync(pid, "CONT");
            }

            if (tries == Tries)
            {
                throw new TimeoutException($"a thread of process {pid} asked for the time in each of {Tries} instants");
            }
        }
    }

    /// <summary>clock_gettime(2) by the system call, then the offset is added to CLOCK_REALTIME (0) and CLOCK_REALTIME_COARSE (5).</summary>
    private static byte[] Code(long seconds)
    {
        byte[] code =
        [
            0xb8, 0xe4, 0, 0, 0, // mov eax, 228
            0x0f, 0x05, // syscall
            0x85, 0xff, // test edi, edi
            0x74, 0x05, // jz add
            0x83, 0xff, 0x05, // cmp edi, 5
            0x75, 0x0d, // jne end
            0x48, 0xb9, 0, 0, 0, 0, 0, 0, 0, 0, // add: mov rcx, seconds
            0x48, 0x01, 0x0e, // add [rsi], rcx
            0xc3, // end: ret
        ];
        BinaryPrimitives.WriteInt64LittleEndian(code.AsSpan(18), seconds);
        return code;
    }

    private static string[] Threads(int pid) => Directory.GetDirectories($"/proc/{pid}/task");

    private static bool IsStopped(string thread)
    {
        try
        {
            var stat = File.ReadAllText($"{thread}/stat");
            return stat[stat.LastIndexOf(')') + 2] == 'T';
        }
        catch (IOException)
        {
            // It has ended since it was listed.
            return false;
        }
    }

    /// <summary>Its last field is the program counter (proc_pid_syscall(5)).</summary>
    private static bool IsWithin(string thread, long address, int length)
    {
        var counter = long.Parse(File.ReadAllText($"{thread}/syscall").TrimEnd().Split(' ')[^1].Replace("0x", "", StringComparison.Ordinal), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return counter >= address && counter < address + length;
    }

    private static async Task SignalAsync(int pid, string signal) => await new Command("kill", $"-{signal}", pid.ToString(CultureInfo.InvariantCulture)).OutputAsync();
}
