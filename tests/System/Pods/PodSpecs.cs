using System.Text.Json.Nodes;

namespace Calico.Tests.System.Pods;

/// <summary>The pods of the tests. All run images that the upstream suite uses, so that any cluster can have them.</summary>
internal static class PodSpecs
{
    /// <summary>The port on which <see cref="Server"/> answers.</summary>
    public const int Port = 8080;

    private static readonly string Agnhost = Environment.GetEnvironmentVariable("RIG_AGNHOST") ?? "registry.k8s.io/e2e-test-images/agnhost:2.63.0";
    private static readonly string Pause = Environment.GetEnvironmentVariable("RIG_PAUSE") ?? "registry.k8s.io/pause:3.10.2";

    /// <summary>Answers HTTP and UDP on <see cref="Port"/>; <c>/hostname</c> tells the pod's name.</summary>
    public static JsonObject Server(string name, string? node = null, int? hostPort = null)
    {
        var port = new JsonObject { ["containerPort"] = Port, ["name"] = "http" };
        if (hostPort is { } outside)
        {
            port["hostPort"] = outside;
        }

        return Pod(name, node, new JsonObject
        {
            ["name"] = "server",
            ["image"] = Agnhost,
            ["imagePullPolicy"] = "IfNotPresent",
            ["args"] = new JsonArray("netexec", $"--http-port={Port}", $"--udp-port={Port}"),
            ["ports"] = new JsonArray(port),
            ["readinessProbe"] = new JsonObject { ["httpGet"] = new JsonObject { ["path"] = "/", ["port"] = Port }, ["periodSeconds"] = 1 },
        });
    }

    /// <summary>Has bash and curl, and does nothing by itself.</summary>
    public static JsonObject Client(string name, string? node = null) => Pod(name, node, new JsonObject
    {
        ["name"] = "client",
        ["image"] = Agnhost,
        ["imagePullPolicy"] = "IfNotPresent",
        ["args"] = new JsonArray("pause"),
    });

    /// <summary>Writes a line and waits.</summary>
    public static JsonObject Talker(string name, string line) => Pod(name, null, new JsonObject
    {
        ["name"] = "talker",
        ["image"] = Agnhost,
        ["imagePullPolicy"] = "IfNotPresent",
        ["command"] = new JsonArray("sh", "-c", $"echo {line}; exec sleep 3600"),
    });

    /// <summary>As many pods as told that do nothing at all, on one node or spread over all.</summary>
    public static JsonObject Crowd(string name, int count, string? node = null) => new()
    {
        ["apiVersion"] = "apps/v1",
        ["kind"] = "Deployment",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject
        {
            ["replicas"] = count,
            ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = name } },
            ["template"] = new JsonObject
            {
                ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = name } },
                ["spec"] = Spec(new JsonObject { ["name"] = "pause", ["image"] = Pause, ["imagePullPolicy"] = "IfNotPresent" }, node),
            },
        },
    };

    /// <summary>A Service in front of the pods whose label <c>app</c> is its name.</summary>
    public static JsonObject Service(string name, string type = "ClusterIP", bool bothFamilies = false) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Service",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject
        {
            ["type"] = type,
            ["ipFamilyPolicy"] = bothFamilies ? "RequireDualStack" : "SingleStack",
            ["selector"] = new JsonObject { ["app"] = name },
            ["ports"] = new JsonArray(new JsonObject { ["port"] = 80, ["targetPort"] = Port }),
        },
    };

    /// <summary>The same pod with the label <c>app</c>, for a Service or a policy to select.</summary>
    public static JsonObject As(this JsonObject pod, string app)
    {
        pod["metadata"]!["labels"] = new JsonObject { ["app"] = app };
        return pod;
    }

    private static JsonObject Pod(string name, string? node, JsonObject container) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = Spec(container, node),
    };

    private static JsonObject Spec(JsonObject container, string? node) => new()
    {
        ["nodeSelector"] = node is null ? [] : new JsonObject { ["kubernetes.io/hostname"] = node },
        ["terminationGracePeriodSeconds"] = 0,
        ["enableServiceLinks"] = false,
        ["containers"] = new JsonArray(container),
    };
}
