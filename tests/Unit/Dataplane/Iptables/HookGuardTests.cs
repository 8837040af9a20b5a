using Calico.Agent.Dataplane.Iptables;

namespace Calico.Tests.Unit.Dataplane.Iptables;

internal sealed class HookGuardTests
{
    private static readonly IptablesHook Both = new("FORWARD", ["-j cali-a", "-j cali-b"], ["-j cali-end"]);
    private static readonly IptablesHook Appended = new("FORWARD", [], ["-j cali-a"]);

    [TestCase("cali-a cali-b KUBE . cali-end", ExpectedResult = true)]
    [TestCase("cali-a cali-b cali-end", ExpectedResult = true)]
    [TestCase("KUBE cali-a cali-b cali-end", ExpectedResult = false, TestName = "somebody stands before us")]
    [TestCase(". cali-a cali-b cali-end", ExpectedResult = false, TestName = "a rule that leads nowhere stands before us")]
    [TestCase("cali-a KUBE cali-b cali-end", ExpectedResult = false, TestName = "somebody stands between")]
    [TestCase("cali-a cali-b cali-end KUBE", ExpectedResult = false, TestName = "somebody stands after our end")]
    [TestCase("cali-a KUBE cali-end", ExpectedResult = false, TestName = "one of ours is gone")]
    [TestCase("KUBE", ExpectedResult = false, TestName = "all of ours are gone")]
    [TestCase("", ExpectedResult = false, TestName = "the chain was flushed")]
    [TestCase("cali-a cali-b KUBE cali-b cali-end", ExpectedResult = false, TestName = "one of ours stands twice")]
    public bool Rules_are_in_place_when_all_are_where_they_should_be(string targets) => HookGuard.IsInPlace(Read(targets), Both);

    [TestCase("KUBE cali-a", ExpectedResult = true)]
    [TestCase("cali-a KUBE", ExpectedResult = false)]
    public bool What_is_to_be_appended_stands_last(string targets) => HookGuard.IsInPlace(Read(targets), Appended);

    private static string?[] Read(string targets) => [.. targets.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(target => target == "." ? null : target)];
}
