using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Calico.Controller.Mirroring;
using Calico.Model.Kubernetes;
using Calico.Policy.Validation;
using Calico.Store.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Calico.Controller.Events;

/// <summary>Tells the users of an object what is wrong with it, by an Event that <c>kubectl describe</c> shows. Never fails what it reports on.</summary>
/// <remarks>The same complaint about the same object has the same name, so that repeating it makes no second Event; the server forgets Events after an hour, and the next audit tells again.</remarks>
internal sealed class EventRecorder(IKubernetesApi api, ILogger log, TimeProvider time)
{
    private const string Reporter = "projectcalico.org/kube-controllers";
    private const string NamespaceOfClusterObjects = "default";
    private const int LongestNote = 1024;
    private const int LongestInstance = 128;
    private const int LongestName = 253;

    /// <summary>Parts of the object were not taken over.</summary>
    public async Task NotConvertedAsync(KubernetesKind kind, KubernetesMetadata about, ImmutableArray<ValidationError> errors, CancellationToken cancellationToken)
    {
        var note = new StringBuilder("Not enforced as written; what could not be converted is closed:");
        foreach (var error in errors)
        {
            MirrorLog.NotConverted(log, error.ToString());
            note.Append(' ').Append(error.Field).Append(": ").Append(error.Problem).Append(';');
        }

        await WarnAsync(kind, about, "NotConverted", "Convert", note.ToString(), cancellationToken);
    }

    /// <param name="reason">One word in upper camel case, as all Events have it.</param>
    /// <param name="action">What was tried, in one word.</param>
    public async Task WarnAsync(KubernetesKind kind, KubernetesMetadata about, string reason, string action, string note, CancellationToken cancellationToken)
    {
        var shortened = note.Length > LongestNote ? string.Concat(note.AsSpan(0, LongestNote - 3), "...") : note;
        try
        {
            await api.CreateAsync(KubernetesKinds.Events, Event(kind, about, reason, action, shortened), cancellationToken);
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            // Told already.
        }
        catch (KubernetesException e)
        {
            MirrorLog.NoEvent(log, about.ToString(), e.Message);
        }
    }

    private Event Event(KubernetesKind kind, KubernetesMetadata about, string reason, string action, string note)
    {
        var ns = about.Namespace.Length > 0 ? about.Namespace : NamespaceOfClusterObjects;
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{about.Uid}\n{reason}\n{note}")))[..16];
        var host = Environment.MachineName;
        return new Event
        {
            Metadata = new KubernetesMetadata { Namespace = ns, Name = $"{Cut(about.Name, LongestName - digest.Length - 1)}.{digest}" },
            EventTime = time.GetUtcNow(),
            ReportingController = Reporter,
            ReportingInstance = Cut(host, LongestInstance),
            Action = action,
            Reason = reason,
            Type = "Warning",
            Note = note,
            Regarding = new ObjectReference
            {
                ApiVersion = kind.ApiVersion,
                Kind = kind.Kind,
                Namespace = about.Namespace.Length > 0 ? about.Namespace : null,
                Name = about.Name,
                Uid = about.Uid,
            },
        };
    }

    private static string Cut(string text, int length) => text.Length > length ? text[..length] : text;
}
