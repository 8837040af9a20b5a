namespace Calico.Ctl.Resources;

/// <summary>One object was not read or written; the others go on.</summary>
#pragma warning disable CA1032 // every use has a failure and a message
internal sealed class ObjectException(ObjectFailure failure, string message) : Exception(message)
#pragma warning restore CA1032
{
    public ObjectFailure Failure => failure;
}
