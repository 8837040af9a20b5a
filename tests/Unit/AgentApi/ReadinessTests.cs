using Calico.Agent.Api;
using Calico.Cni.Protocol;

namespace Calico.Tests.Unit.AgentApi;

internal sealed class ReadinessTests : AgentServerFixture
{
    private readonly ScriptedReadiness _readiness = new();

    [SetUp]
    public async Task Start()
    {
        _readiness.Answer = new TaskCompletionSource<bool>();
        await StartAsync((request, _) => Task.FromResult<CniResult?>(ResultOf(request)), _readiness);
    }

    [Test]
    public async Task An_add_is_told_what_the_kernel_has_yet_to_get() =>
        Assert.That((await AskAsync(Request("a1"))).PendingRevision, Is.EqualTo(42));

    [Test]
    public async Task The_answer_comes_when_policy_is_there()
    {
        var asked = AskAsync(Ready("a1"));
        Assert.That(asked.IsCompleted, Is.False);
        _readiness.Answer.SetResult(true);
        var reply = await asked;
        Assert.That((reply.Result, reply.Error), Is.EqualTo(((CniResult?)null, (CniException?)null)));
        Assert.That(_readiness.Asked, Is.EqualTo(new ReadyQuestion(42, 10)));
    }

    [Test]
    public async Task An_answer_in_vain_is_an_error_that_says_so()
    {
        _readiness.Answer.SetResult(false);
        var error = (await AskAsync(Ready("a1"))).Error;
        Assert.That(error!.Code, Is.EqualTo(CniErrorCode.TryAgainLater));
        Assert.That(error.Message, Does.Contain("a1").And.Contain("10 s").And.Contain("dropped"));
    }

    [Test]
    public async Task A_del_does_not_wait_for_it()
    {
        var waiting = AskAsync(Ready("a1"));
        Assert.That((await AskAsync(Request("a1", CniCommand.Del))).Error, Is.Null);
        _readiness.Answer.SetResult(false);
        await waiting;
    }

    private static AgentRequest Ready(string container) => Request(container) with { Ready = new ReadyQuestion(42, 10) };

    private sealed class ScriptedReadiness : IEndpointReadiness
    {
        public TaskCompletionSource<bool> Answer { get; set; } = new();

        public ReadyQuestion? Asked { get; private set; }

        public long PendingRevision(PluginRequest add, CniResult result) => 42;

        public Task<bool> WaitAsync(PluginRequest add, ReadyQuestion question, CancellationToken cancellationToken)
        {
            Asked = question;
            return Answer.Task.WaitAsync(cancellationToken);
        }
    }
}
