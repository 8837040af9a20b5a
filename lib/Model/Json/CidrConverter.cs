using Calico.Model.Net;

namespace Calico.Model.Json;

public sealed class CidrConverter : TextConverter<Cidr>;
