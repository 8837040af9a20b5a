namespace Calico.Ctl.Resources;

/// <summary>Why one object was not written.</summary>
internal enum ObjectFailure
{
    Invalid,
    AlreadyExists,
    NotFound,

    /// <summary>Somebody else changed it since it was read.</summary>
    Conflict,

    /// <summary>It is not for users to write, or something else depends on it.</summary>
    Refused,
}
