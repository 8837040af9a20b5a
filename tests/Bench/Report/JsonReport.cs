using System.Text.Json;
using System.Text.Json.Nodes;
using Calico.Tests.Bench.Measures;
using Calico.Tests.Bench.Suites;

namespace Calico.Tests.Bench.Report;

/// <summary>The report for programs.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Write(BenchReport report)
    {
        var root = new JsonObject
        {
            ["machine"] = new JsonObject
            {
                ["kernel"] = report.Machine.Kernel,
                ["processors"] = report.Machine.Processors,
                ["processorModel"] = report.Machine.ProcessorModel,
                ["loadAverage"] = report.Machine.LoadAverage,
            },
            ["method"] = new JsonObject
            {
                ["text"] = TableReport.Explain(report.Method),
                ["rounds"] = report.Method.Rounds,
                ["batches"] = report.Method.Batches,
                ["batchSize"] = Method.BatchSize,
                ["storms"] = report.Method.Storms,
                ["stormSize"] = Method.StormSize,
                ["pauseMs"] = report.Method.Pause.TotalMilliseconds,
            },
            ["series"] = new JsonArray([.. report.Series.Select(Write)]),
            ["sizes"] = new JsonObject(report.Sizes.Select(size => KeyValuePair.Create(size.Name, (JsonNode?)size.Bytes))),
            ["targets"] = new JsonArray([.. report.Targets.Select(Write)]),
            ["failures"] = new JsonArray([.. report.Failures.Select(failure => JsonValue.Create(failure))]),
        };
        return root.ToJsonString(Indented);
    }

    private static JsonObject Write(Series series) => new()
    {
        ["title"] = series.Title,
        ["contenders"] = new JsonArray([.. series.All.Where(samples => samples.Count > 0).Select(samples => new JsonObject
        {
            ["name"] = samples.Contender,
            ["n"] = samples.Count,
            ["medianMs"] = Round(samples.Median),
            ["meanMs"] = Round(samples.Mean),
            ["p99Ms"] = Round(samples.P99),
            ["processorMs"] = Round(samples.Processor),
            ["ratio"] = Round(samples.Median / series.Peer.Median),
            ["pairwiseRatio"] = Round(samples.PairwiseRatio(series.Peer)),
        })]),
    };

    private static JsonObject Write(Target target) => new()
    {
        ["what"] = target.What,
        ["value"] = Round(target.Value),
        ["limit"] = target.Limit,
        ["unit"] = target.Unit,
        ["passed"] = target.Passed,
    };

    private static double Round(double value) => Math.Round(value, 3);
}
