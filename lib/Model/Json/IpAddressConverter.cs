using Calico.Model.Net;

namespace Calico.Model.Json;

public sealed class IpAddressConverter : TextConverter<IpAddress>;
