using System.Globalization;
using Calico.Cni.Protocol;
using Calico.Linux;

namespace Calico.Ipam.Plugin;

/// <summary>The program <c>calico-ipam</c>: the direct way to etcd, for <c>calico</c> without an agent and for foreign main plugins.</summary>
internal static class Program
{
    /// <summary>Set by <c>calico</c> to its process ID: we end with it, so that no write comes after the clean-up that follows its death.</summary>
    private const string ParentVariable = "CALICO_PARENT_PID";

    private const int ParentGone = 1;

    private static void Main(string[] arguments)
    {
        var parent = CniProcess.Environment().GetValueOrDefault(ParentVariable, "");
        if (int.TryParse(parent, NumberStyles.None, CultureInfo.InvariantCulture, out var parentId) && !ParentDeath.Bind(parentId))
        {
            CurrentProcess.Exit(ParentGone);
        }

        SkipSystemTrustStore();

        // Nothing is left to flush or to finalize: the runtime's own farewell would only keep the caller waiting.
        CurrentProcess.Exit(CniProcess.Run(new CniHost("calico-ipam", DirectCall.Run), arguments));
    }

    /// <summary>
    /// etcd's certificate is judged by the configured authority alone, but .NET loads the system's trust store before it asks what to trust. That would
    /// take 0.1 s of every call; OpenSSL's own variables say that there is none.
    /// </summary>
    private static void SkipSystemTrustStore()
    {
        CurrentProcess.SetNativeEnvironment("SSL_CERT_DIR", "/dev/null");
        CurrentProcess.SetNativeEnvironment("SSL_CERT_FILE", "/dev/null");
    }
}
