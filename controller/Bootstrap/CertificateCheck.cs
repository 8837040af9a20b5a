using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Calico.Controller.Bootstrap;

/// <summary>Whether a stored certificate still does.</summary>
internal static class CertificateCheck
{
    /// <summary>When less is left, a new one is made: a year's certificate four months before its end, so that nobody who renews late is cut off.</summary>
    public static readonly TimeSpan RenewBefore = TimeSpan.FromDays(120);

    /// <returns>Why it must be made anew; null when it need not.</returns>
    public static string? WhyNot(string certificate, string key, CertificateWish wish, DateTimeOffset now)
    {
        if (certificate.Length == 0 || key.Length == 0)
        {
            return "there is none";
        }

        try
        {
            using var parsed = X509Certificate2.CreateFromPem(certificate, key);
            var names = parsed.Extensions.OfType<X509SubjectAlternativeNameExtension>().ToList();
            var missing = wish.Names.Except(names.SelectMany(each => each.EnumerateDnsNames()))
                .Concat(wish.Addresses.Except(names.SelectMany(each => each.EnumerateIPAddresses())).Select(address => address.ToString())).ToList();
            return parsed.GetNameInfo(X509NameType.SimpleName, forIssuer: false) != wish.CommonName ? "it has another name"
                : missing.Count > 0 ? $"it does not name {string.Join(", ", missing)}"
                : parsed.NotAfter.ToUniversalTime() - now.UtcDateTime < RenewBefore ? $"it ends on {parsed.NotAfter.ToUniversalTime():yyyy-MM-dd}"
                : null;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return $"it cannot be read ({e.Message})";
        }
    }
}
