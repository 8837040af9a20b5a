namespace Calico.Controller.Bootstrap;

/// <summary>What a Secret with certificates lacks.</summary>
/// <param name="caKey">Under which the authority's certificate stands in it.</param>
internal sealed class SecretPlan(string name, IReadOnlyDictionary<string, string> data, string caKey, CertificateAuthority authority, DateTimeOffset now)
{
    private readonly Dictionary<string, string> _changes = [];
    private readonly List<string> _reasons = [];

    // What another authority signed is worth nothing beside this one.
    private readonly bool _isOfAuthority = data.GetValueOrDefault(caKey) == authority.Certificate;

    /// <summary>One write at most: a certificate must not stand beside the key of another.</summary>
    public IReadOnlyList<BootstrapStep> Steps => _changes.Count == 0 ? [] : [new BootstrapStep.Secret(string.Join("; ", _reasons), name, _changes)];

    public void Want(string certificateKey, string keyKey, CertificateWish wish)
    {
        var why = _isOfAuthority
            ? CertificateCheck.WhyNot(data.GetValueOrDefault(certificateKey, ""), data.GetValueOrDefault(keyKey, ""), wish, now)
            : "it is not of this authority";
        if (why is null)
        {
            return;
        }

        (_changes[certificateKey], _changes[keyKey]) = authority.Issue(wish, now);
        _changes[caKey] = authority.Certificate;
        _reasons.Add($"a new {certificateKey}, as {why}");
    }
}
