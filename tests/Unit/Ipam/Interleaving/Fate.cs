namespace Calico.Tests.Unit.Ipam.Interleaving;

/// <summary>What becomes of the call that an actor is about to make.</summary>
internal enum Fate
{
    Answered,

    /// <summary>The request is lost; the actor hears that the store does not answer.</summary>
    RequestLost,

    /// <summary>It happens, and the actor hears that the store does not answer.</summary>
    AnswerLost,

    /// <summary>The actor hears that the store does not answer, and the request arrives at any time after that.</summary>
    ArrivesLate,

    /// <summary>The actor dies before it calls.</summary>
    DiesBefore,

    /// <summary>It happens, and the actor dies before it hears of it.</summary>
    DiesAfter,

    /// <summary>The actor dies, and what it had sent arrives at any time after that.</summary>
    DiesAndArrivesLate,

    /// <summary>A part of the transaction happens, and the actor dies. Only a broken store does that.</summary>
    DiesWithin,
}
