using System.Globalization;
using System.Net.Http.Headers;

namespace Calico.Store.Etcd.Grpc;

/// <summary>How a call ended, as told by the trailers, or by the headers when there is nothing but trailers.</summary>
internal readonly record struct GrpcStatus(GrpcStatusCode Code, string Message)
{
    private const string CodeName = "grpc-status";
    private const string MessageName = "grpc-message";

    public bool IsOk => Code == GrpcStatusCode.Ok;

    /// <summary>Reads the status out of headers or trailers; null when there is none.</summary>
    public static GrpcStatus? Find(HttpHeaders headers)
    {
        if (!headers.NonValidated.TryGetValues(CodeName, out var codes))
        {
            return null;
        }

        var message = headers.NonValidated.TryGetValues(MessageName, out var messages) ? Unescape(messages.ToString()) : "";
        return int.TryParse(codes.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            ? new GrpcStatus((GrpcStatusCode)code, message)
            : new GrpcStatus(GrpcStatusCode.Unknown, $"the answer's grpc-status '{codes}' is no number");
    }

    public override string ToString() => Message.Length == 0 ? Code.ToString() : $"{Message} ({Code})";

    // The message is percent-encoded UTF-8; what is badly encoded is to be shown as it came (gRPC over HTTP/2, "Responses").
    private static string Unescape(string text) => text.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(text) : text;
}
