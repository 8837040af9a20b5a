using Calico.Hosting;

namespace Calico.Agent;

internal static class AgentVersion
{
    public static string Text { get; } = ProgramVersion.Of(typeof(AgentVersion).Assembly);
}
