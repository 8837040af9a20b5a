using Calico.Cni.Protocol.Json;

namespace Calico.Cni.Protocol;

/// <summary>Reads the error object that another plugin printed.</summary>
public static class CniErrorReader
{
    /// <exception cref="CniException">Code 6: it is not an error object; the message says why.</exception>
    public static CniException Read(ReadOnlySpan<byte> utf8)
    {
        var reader = new FieldReader(utf8, "the plugin's error");
        reader.Begin();
        var error = ReadFields(ref reader, "");
        reader.End();
        return error;
    }

    internal static CniException ReadFields(ref FieldReader reader, string path)
    {
        var (code, message, details) = (0, "", "");
        while (reader.NextField(out var name))
        {
            var field = path + name;
            switch (name)
            {
                case "code": code = reader.Integer(field); break;
                case "msg": message = reader.String(field); break;
                case "details": details = reader.String(field); break;
                default: reader.Skip(); break;
            }
        }

        return code > 0 ? new CniException((CniErrorCode)code, message, details) : throw reader.Complaint($"field '{path}code' is missing or not above 0");
    }
}
