namespace Calico.Images;

/// <summary>A program of this repository.</summary>
/// <param name="Name">In artifacts/bin.</param>
/// <param name="Project">Directory of its project.</param>
/// <param name="Path">In the image, without leading slash.</param>
internal sealed record ProgramFile(string Name, string Project, string Path);
