using System.Text.Json;

namespace Calico.Agent.Status;

/// <summary>What the agent of this host wrote last.</summary>
public static class StatusFile
{
    /// <summary>Where it is.</summary>
    public static string In(string runDirectory) => Path.Combine(runDirectory, "agent-status.json");

    /// <summary>Null when there is none that can be read.</summary>
    public static AgentStatus? Read(string runDirectory)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(In(runDirectory)), StatusJson.Default.AgentStatus);
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>By its process id, which means something only to who sees the same processes.</summary>
    public static bool IsRunning(AgentStatus agent) => Directory.Exists($"/proc/{agent.ProcessId}");
}
