namespace Calico.Store.Etcd;

/// <summary>Options as text, from a network configuration or the environment, to <see cref="EtcdOptions"/>.</summary>
public static class EtcdOptionsParser
{
    private const int DefaultPort = 2379;

    /// <summary>Parses what the operator wrote. Empty text is the same as none.</summary>
    /// <param name="endpoints">URLs with commas between them, such as <c>https://10.0.0.1:2379,https://10.0.0.2:2379</c>; without a port etcd's 2379 is meant.</param>
    /// <exception cref="FormatException">Something is missing or malformed; the message says what and how to write it.</exception>
    public static EtcdOptions Parse(
        string? endpoints, string? caCertFile = null, string? certFile = null, string? keyFile = null, string? userName = null, string? password = null)
    {
        var options = new EtcdOptions
        {
            Endpoints = ParseEndpoints(endpoints ?? ""),
            CaCertFile = NullIfEmpty(caCertFile),
            CertFile = NullIfEmpty(certFile),
            KeyFile = NullIfEmpty(keyFile),
            UserName = NullIfEmpty(userName),
            Password = NullIfEmpty(password),
        };
        return FirstFault(options) is { } fault ? throw new FormatException(fault) : options;
    }

    internal static void Check(EtcdOptions options)
    {
        if (FirstFault(options) is { } fault)
        {
            throw new ArgumentException(fault, nameof(options));
        }
    }

    private static List<Uri> ParseEndpoints(string text)
    {
        var endpoints = new List<Uri>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            endpoints.Add(ParseEndpoint(part));
        }

        return endpoints;
    }

    private static Uri ParseEndpoint(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps) || uri.Host.Length == 0)
        {
            throw new FormatException($"'{text}' is no etcd endpoint: write http://host:2379 or https://host:2379, with commas between several");
        }

        if (uri.UserInfo.Length > 0)
        {
            // The text is not repeated: it may hold a password.
            throw new FormatException($"the etcd endpoint at {uri.Host} holds a user name: give the user and password separately");
        }

        if (uri.PathAndQuery != "/" || uri.Fragment.Length > 0)
        {
            throw new FormatException($"'{text}' is no etcd endpoint: nothing may follow the port");
        }

        // Uri fills in 80 or 443 where no port is written.
        var hasPort = text.TrimEnd('/').EndsWith(":" + uri.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        return hasPort ? uri : new UriBuilder(uri) { Port = DefaultPort }.Uri;
    }

    private static string? FirstFault(EtcdOptions options)
    {
        if (options.Endpoints.Count == 0)
        {
            return "no etcd endpoint is given: write at least one, such as http://127.0.0.1:2379";
        }

        if (options.CallTimeout <= TimeSpan.Zero)
        {
            return "the time limit of a call to etcd must be more than 0";
        }

        if ((options.CertFile is null) != (options.KeyFile is null))
        {
            return $"the etcd client certificate needs both files: the {(options.CertFile is null ? "certificate" : "key")} file is missing";
        }

        if (options.Password is not null && options.UserName is null)
        {
            return "an etcd password is given without a user name";
        }

        foreach (var endpoint in options.Endpoints)
        {
            if (endpoint.Scheme == Uri.UriSchemeHttps && options.CaCertFile is null)
            {
                return $"{EtcdErrors.Name(endpoint)} needs a CA certificate file: only the configured authority is trusted, not the system's trust store";
            }
        }

        return null;
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
