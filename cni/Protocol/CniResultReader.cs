using Calico.Cni.Protocol.Json;
using Calico.Model.Net;

namespace Calico.Cni.Protocol;

/// <summary>Reads a result of any version that we speak: they differ only in which optional fields are there.</summary>
public static class CniResultReader
{
    /// <exception cref="CniException">Code 6: not JSON, or a field of the wrong type or value (named). Code 1: a version that we do not speak.</exception>
    public static CniResult Read(ReadOnlySpan<byte> utf8)
    {
        var reader = new FieldReader(utf8, "the CNI result");
        reader.Begin();
        var result = ReadFields(ref reader, "");
        reader.End();
        return result;
    }

    /// <summary>Reads the fields of an object that is already open; <paramref name="path"/> (such as "prevResult.") goes before their names.</summary>
    internal static CniResult ReadFields(ref FieldReader reader, string path)
    {
        var result = new CniResult();
        while (reader.NextField(out var name))
        {
            var field = path + name;
            switch (name)
            {
                case "cniVersion":
                    RequireVersion(reader.String(field), field);
                    break;
                case "interfaces":
                    result = result with { Interfaces = ReadInterfaces(ref reader, field) };
                    break;
                case "ips":
                    result = result with { Ips = ReadIps(ref reader, field) };
                    break;
                case "routes":
                    result = result with { Routes = ReadRoutes(ref reader, field) };
                    break;
                case "dns":
                    result = result with { Dns = ReadDns(ref reader, field) };
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        RequireInterfaces(ref reader, result, path);
        return result;
    }

    private static void RequireVersion(string version, string field)
    {
        if (version.Length > 0 && !CniVersion.IsSupported(version))
        {
            throw CniVersion.Incompatible($"the result's '{field}' is {version}, which this plugin does not speak");
        }
    }

    private static void RequireInterfaces(ref FieldReader reader, CniResult result, string path)
    {
        for (var i = 0; i < result.Ips.Count; i++)
        {
            if (result.Ips[i].Interface is { } index && (index < 0 || index >= result.Interfaces.Count))
            {
                throw reader.Complaint($"field '{path}ips[{i}].interface' is {index}, and there are {result.Interfaces.Count} interfaces");
            }
        }
    }

    private static List<CniInterface> ReadInterfaces(ref FieldReader reader, string field)
    {
        var list = new List<CniInterface>();
        for (var open = reader.OpenArray(field); open && reader.NextElement();)
        {
            var entry = $"{field}[{list.Count}]";
            var item = new CniInterface("");
            for (var inside = reader.OpenObject(entry); inside && reader.NextField(out var name);)
            {
                var path = $"{entry}.{name}";
                switch (name)
                {
                    case "name": item = item with { Name = reader.String(path) }; break;
                    case "mac": item = item with { Mac = reader.String(path) }; break;
                    case "mtu": item = item with { Mtu = reader.Integer(path) }; break;
                    case "sandbox": item = item with { Sandbox = reader.String(path) }; break;
                    case "socketPath": item = item with { SocketPath = reader.String(path) }; break;
                    case "pciID": item = item with { PciId = reader.String(path) }; break;
                    default: reader.Skip(); break;
                }
            }

            list.Add(item);
        }

        return list;
    }

    private static List<CniIp> ReadIps(ref FieldReader reader, string field)
    {
        var list = new List<CniIp>();
        for (var open = reader.OpenArray(field); open && reader.NextElement();)
        {
            var entry = $"{field}[{list.Count}]";
            InterfaceAddress? address = null;
            IpAddress? gateway = null;
            int? index = null;
            for (var inside = reader.OpenObject(entry); inside && reader.NextField(out var name);)
            {
                var path = $"{entry}.{name}";
                switch (name)
                {
                    case "address": address = ReadInterfaceAddress(ref reader, path); break;
                    case "gateway": gateway = ReadAddress(ref reader, path); break;
                    case "interface": index = reader.OptionalInteger(path); break;
                    default: reader.Skip(); break;
                }
            }

            list.Add(new CniIp(address ?? throw reader.Complaint($"field '{entry}.address' is missing"), gateway, index));
        }

        return list;
    }

    private static List<CniRoute> ReadRoutes(ref FieldReader reader, string field)
    {
        var list = new List<CniRoute>();
        for (var open = reader.OpenArray(field); open && reader.NextElement();)
        {
            var entry = $"{field}[{list.Count}]";
            Cidr? destination = null;
            var route = new CniRoute(default);
            for (var inside = reader.OpenObject(entry); inside && reader.NextField(out var name);)
            {
                var path = $"{entry}.{name}";
                switch (name)
                {
                    case "dst": destination = ReadInterfaceAddress(ref reader, path)?.Network; break;
                    case "gw": route = route with { Gateway = ReadAddress(ref reader, path) }; break;
                    case "mtu": route = route with { Mtu = reader.Integer(path) }; break;
                    case "advmss": route = route with { AdvMss = reader.Integer(path) }; break;
                    case "priority": route = route with { Priority = reader.Integer(path) }; break;
                    case "table": route = route with { Table = reader.OptionalInteger(path) }; break;
                    case "scope": route = route with { Scope = reader.OptionalInteger(path) }; break;
                    default: reader.Skip(); break;
                }
            }

            list.Add(route with { Destination = destination ?? throw reader.Complaint($"field '{entry}.dst' is missing") });
        }

        return list;
    }

    private static CniDns ReadDns(ref FieldReader reader, string field)
    {
        var dns = new CniDns();
        for (var inside = reader.OpenObject(field); inside && reader.NextField(out var name);)
        {
            var path = $"{field}.{name}";
            switch (name)
            {
                case "nameservers": dns = dns with { Nameservers = reader.Strings(path) }; break;
                case "domain": dns = dns with { Domain = reader.String(path) }; break;
                case "search": dns = dns with { Search = reader.Strings(path) }; break;
                case "options": dns = dns with { Options = reader.Strings(path) }; break;
                default: reader.Skip(); break;
            }
        }

        return dns;
    }

    private static InterfaceAddress? ReadInterfaceAddress(ref FieldReader reader, string field)
    {
        var text = reader.String(field);
        if (text.Length == 0)
        {
            return null;
        }

        return text.Contains('/') && InterfaceAddress.TryParse(text, out var address)
            ? address
            : throw reader.Complaint($"field '{field}' holds '{text}', which is not ADDRESS/PREFIX");
    }

    private static IpAddress? ReadAddress(ref FieldReader reader, string field)
    {
        var text = reader.String(field);
        if (text.Length == 0)
        {
            return null;
        }

        return IpAddress.TryParse(text, out var address)
            ? address
            : throw reader.Complaint($"field '{field}' holds '{text}', which is not an IP address");
    }
}
