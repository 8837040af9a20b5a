using System.Reflection;

namespace Calico.Hosting;

public static class ProgramVersion
{
    /// <summary>The version of a program as <c>--version</c> prints it.</summary>
    public static string Of(Assembly program)
    {
        ArgumentNullException.ThrowIfNull(program);
        return program.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
    }
}
