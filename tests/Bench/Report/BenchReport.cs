using Calico.Tests.Bench.Measures;
using Calico.Tests.Bench.Suites;

namespace Calico.Tests.Bench.Report;

/// <summary>All that a run found.</summary>
internal sealed record BenchReport(
    Machine Machine,
    Method Method,
    IReadOnlyList<Series> Series,
    IReadOnlyList<ProgramSize> Sizes,
    IReadOnlyList<Target> Targets,
    IReadOnlyList<string> Failures);

/// <summary>A published program and its size in bytes.</summary>
internal sealed record ProgramSize(string Name, long Bytes);
