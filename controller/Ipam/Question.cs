using Calico.Model.Ipam;

namespace Calico.Controller.Ipam;

/// <summary>A question to be put to a node.</summary>
internal sealed record Question(string Node, string Subject, AddressInquiry Inquiry);
