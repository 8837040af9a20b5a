using System.Text;
using System.Text.Json;

namespace Calico.Agent.Install;

/// <summary>The kubeconfig for <c>calico-ipam</c>. Pure.</summary>
internal static class KubeconfigText
{
    public static byte[] Of(Uri server, byte[] authorities, string token) => Encoding.UTF8.GetBytes(
        $"""
        # Written by calico-agent, which renews the token long before it ends. A change by others is undone.
        apiVersion: v1
        kind: Config
        clusters:
        - name: local
          cluster:
            server: {Quoted(server.GetLeftPart(UriPartial.Authority))}
            certificate-authority-data: {Quoted(Convert.ToBase64String(authorities))}
        users:
        - name: calico
          user:
            token: {Quoted(token)}
        contexts:
        - name: calico-context
          context:
            cluster: local
            user: calico
        current-context: calico-context

        """);

    /// <summary>A text of JSON is one of YAML.</summary>
    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
