using System.Globalization;

namespace Calico.Tests.Bench.Report;

/// <summary>Where a run took place. The load average tells whether something else was running.</summary>
internal sealed record Machine(string Kernel, int Processors, string ProcessorModel, double LoadAverage)
{
    public static Machine Read()
    {
        var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        return new Machine(
            File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
            Environment.ProcessorCount,
            model?.Split(':', 2)[1].Trim() ?? "unknown",
            double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture));
    }
}
