namespace Calico.Controller.Bootstrap;

/// <summary>What is stored cannot be used; an operator must change something, and the message says what.</summary>
internal sealed class BootstrapException(string message) : Exception(message);
