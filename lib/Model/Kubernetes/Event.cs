using System.Text.Json.Serialization;

namespace Calico.Model.Kubernetes;

/// <summary>An event (events.k8s.io/v1): something that happened to an object, as its users should know it.</summary>
public sealed record Event : KubernetesResource
{
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? EventTime { get; init; }

    public EventSeries? Series { get; init; }

    /// <summary>The program that reports, such as <c>projectcalico.org/controller</c>.</summary>
    public string? ReportingController { get; init; }

    /// <summary>Which of its instances; at most 128 characters.</summary>
    public string? ReportingInstance { get; init; }

    /// <summary>What was done or tried, in one word of at most 128 characters.</summary>
    public string? Action { get; init; }

    /// <summary>Why, in one word of at most 128 characters.</summary>
    public string? Reason { get; init; }

    /// <summary>The object it is about, in the event's own namespace (<c>default</c> for an object without).</summary>
    public ObjectReference? Regarding { get; init; }

    /// <summary>For the reader; at most 1,024 characters.</summary>
    public string? Note { get; init; }

    /// <summary>Normal or Warning.</summary>
    public string? Type { get; init; }
}
