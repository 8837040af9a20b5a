namespace Calico.Controller.Ipam;

/// <summary>The pace of the collector. Upstream's defaults.</summary>
internal sealed record CollectorOptions
{
    /// <summary>How long something must look left over before its node is asked; also how long a node's answer counts. A minute or more outside of tests.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Between two full looks.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromMinutes(7.5);

    /// <summary>Until the next look when nodes were asked something.</summary>
    public TimeSpan AnswerPause { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Holdings and blocks taken back per second; 0 is no limit.</summary>
    public int PerSecond { get; init; } = 10;

    /// <summary>Holdings, and blocks, taken back in one look; the next one goes on.</summary>
    public int PerLook { get; init; } = 200;

    /// <summary>The pace that goes with a grace period. An answer counts for that long, so with a short one the next look must be the sooner.</summary>
    public static CollectorOptions For(TimeSpan grace)
    {
        var pace = new CollectorOptions();
        return new CollectorOptions { Grace = grace, Period = grace / 2, AnswerPause = grace / 4 < pace.AnswerPause ? grace / 4 : pace.AnswerPause };
    }
}
