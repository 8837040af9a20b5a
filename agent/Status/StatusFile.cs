using System.Text.Json;
using Calico.Agent.Options;

namespace Calico.Agent.Status;

/// <summary>What the agent of this host wrote last.</summary>
internal static class StatusFile
{
    /// <summary>Null when there is none that can be read.</summary>
    public static AgentStatus? Read(string runDirectory)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(AgentOptions.StatusFileIn(runDirectory)), StatusJson.Default.AgentStatus);
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static bool IsRunning(AgentStatus agent) => Directory.Exists($"/proc/{agent.ProcessId}");
}
