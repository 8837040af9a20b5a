namespace Calico.Cni.Protocol;

/// <summary>Error codes of the CNI spec 1.1.0, section 2 ("Error"), and ours from 100.</summary>
public enum CniErrorCode
{
    IncompatibleVersion = 1,
    UnsupportedField = 2,
    UnknownContainer = 3,
    InvalidEnvironment = 4,
    IoFailure = 5,
    DecodingFailure = 6,
    InvalidConfiguration = 7,
    TryAgainLater = 11,
    NotAvailable = 50,
    LimitedConnectivity = 51,
    Internal = 100,

    /// <summary>CHECK found that the attachment is not as its result says.</summary>
    CheckFailed = 101,
}
