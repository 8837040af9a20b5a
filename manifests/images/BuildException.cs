namespace Calico.Images;

/// <summary>The image cannot be made; the message says why and what to do.</summary>
internal sealed class BuildException(string message) : Exception(message);
