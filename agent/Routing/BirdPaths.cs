namespace Calico.Agent.Routing;

/// <summary>Where BIRD and its files are. All files live in one directory that only root may write.</summary>
/// <param name="Binary">The program, by path or by name on the PATH.</param>
public sealed record BirdPaths(string Binary, string RunDirectory)
{
    public string ConfigFile => Path.Combine(RunDirectory, "bird.conf");

    public string ControlSocket => Path.Combine(RunDirectory, "bird.ctl");

    public string PidFile => Path.Combine(RunDirectory, "bird.pid");

    public string LogFile => Path.Combine(RunDirectory, "bird.log");
}
