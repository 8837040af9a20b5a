using System.Globalization;

namespace Calico.Tests.Bench.PolicyScale;

/// <summary>Memory of a process as the kernel tells it, in MiB.</summary>
internal sealed record ProcessMemory(double Resident, double PeakResident, double Proportional)
{
    private const double KibibytesOfAMebibyte = 1024;

    /// <exception cref="IOException">There is no such process any more.</exception>
    public static ProcessMemory Of(int pid) => new(
        Field($"/proc/{pid}/status", "VmRSS:"), Field($"/proc/{pid}/status", "VmHWM:"), Field($"/proc/{pid}/smaps_rollup", "Pss:"));

    private static double Field(string file, string name)
    {
        var line = File.ReadLines(file).First(line => line.StartsWith(name, StringComparison.Ordinal));
        return int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / KibibytesOfAMebibyte;
    }
}
