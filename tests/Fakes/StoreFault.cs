namespace Calico.Tests.Fakes;

/// <summary>When the next call of the fake store fails.</summary>
public enum StoreFault
{
    /// <summary>The request is lost: nothing happened.</summary>
    BeforeEffect,

    /// <summary>The reply is lost: what was asked did happen.</summary>
    AfterEffect,
}
