namespace Calico.Controller.Bootstrap;

/// <summary>One write. Between any two of them the set-up may be killed: the next run goes on from what is there.</summary>
/// <param name="Reason">For the log.</param>
internal abstract record BootstrapStep(string Reason)
{
    /// <param name="Data">Keys to set; null removes one.</param>
    public sealed record Config(string Reason, IReadOnlyDictionary<string, string?> Data) : BootstrapStep(Reason);

    /// <param name="Name">Of the Secret.</param>
    public sealed record Secret(string Reason, string Name, IReadOnlyDictionary<string, string> Data) : BootstrapStep(Reason)
    {
        // A record prints its members, and these are keys.
        public override string ToString() => $"Secret {Name}: {Reason}";
    }

    public sealed record Label(string Reason, string Node, bool IsMember) : BootstrapStep(Reason);
}
