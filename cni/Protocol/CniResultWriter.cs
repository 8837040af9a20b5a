using System.Buffers;
using System.Text.Json;
using Calico.Cni.Protocol.Json;
using Calico.Model.Net;

namespace Calico.Cni.Protocol;

/// <summary>Writes a result with the fields that its version knows (CNI spec, section 5 of 1.0.0 and 1.1.0; "Result" of 0.3.1 and 0.4.0).</summary>
public static class CniResultWriter
{
    /// <param name="result">An IPAM plugin's has no interfaces, and then the key is not written.</param>
    /// <param name="version">One of <see cref="CniVersion.Supported"/>.</param>
    /// <exception cref="CniException">Code 1: another version.</exception>
    public static byte[] Write(CniResult result, string version)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, CniJson.WriterOptions))
        {
            WriteObject(json, result, version);
        }

        return buffer.WrittenSpan.ToArray();
    }

    internal static void WriteObject(Utf8JsonWriter json, CniResult result, string version)
    {
        if (!CniVersion.IsSupported(version))
        {
            throw CniVersion.Incompatible($"cannot write a result of CNI version '{version}'");
        }

        json.WriteStartObject();
        json.WriteString("cniVersion"u8, version);
        WriteInterfaces(json, result.Interfaces, version);
        WriteIps(json, result.Ips, version);
        WriteRoutes(json, result.Routes, version);
        WriteDns(json, result.Dns);
        json.WriteEndObject();
    }

    private static void WriteInterfaces(Utf8JsonWriter json, IReadOnlyList<CniInterface> interfaces, string version)
    {
        if (interfaces.Count == 0)
        {
            return;
        }

        json.WriteStartArray("interfaces"u8);
        foreach (var item in interfaces)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, item.Name);
            json.WriteUnlessEmpty("mac"u8, item.Mac);
            if (CniVersion.IsAtLeast(version, CniVersion.V110))
            {
                json.WriteUnlessZero("mtu"u8, item.Mtu);
            }

            json.WriteUnlessEmpty("sandbox"u8, item.Sandbox);
            if (CniVersion.IsAtLeast(version, CniVersion.V110))
            {
                json.WriteUnlessEmpty("socketPath"u8, item.SocketPath);
                json.WriteUnlessEmpty("pciID"u8, item.PciId);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteIps(Utf8JsonWriter json, IReadOnlyList<CniIp> ips, string version)
    {
        if (ips.Count == 0)
        {
            return;
        }

        json.WriteStartArray("ips"u8);
        foreach (var ip in ips)
        {
            json.WriteStartObject();
            if (!CniVersion.IsAtLeast(version, CniVersion.V100))
            {
                json.WriteString("version"u8, ip.Address.Family == IpFamily.IPv4 ? "4"u8 : "6"u8);
            }

            json.WriteString("address"u8, ip.Address.ToString());
            if (ip.Gateway is { } gateway)
            {
                json.WriteString("gateway"u8, gateway.ToString());
            }

            json.WriteUnlessNull("interface"u8, ip.Interface);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteRoutes(Utf8JsonWriter json, IReadOnlyList<CniRoute> routes, string version)
    {
        if (routes.Count == 0)
        {
            return;
        }

        json.WriteStartArray("routes"u8);
        foreach (var route in routes)
        {
            json.WriteStartObject();
            json.WriteString("dst"u8, route.Destination.ToString());
            if (route.Gateway is { } gateway)
            {
                json.WriteString("gw"u8, gateway.ToString());
            }

            if (CniVersion.IsAtLeast(version, CniVersion.V110))
            {
                json.WriteUnlessZero("mtu"u8, route.Mtu);
                json.WriteUnlessZero("advmss"u8, route.AdvMss);
                json.WriteUnlessZero("priority"u8, route.Priority);
                json.WriteUnlessNull("table"u8, route.Table);
                json.WriteUnlessNull("scope"u8, route.Scope);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteDns(Utf8JsonWriter json, CniDns dns)
    {
        if (dns.IsEmpty)
        {
            return;
        }

        json.WriteStartObject("dns"u8);
        json.WriteUnlessEmpty("nameservers"u8, dns.Nameservers);
        json.WriteUnlessEmpty("domain"u8, dns.Domain);
        json.WriteUnlessEmpty("search"u8, dns.Search);
        json.WriteUnlessEmpty("options"u8, dns.Options);
        json.WriteEndObject();
    }
}
