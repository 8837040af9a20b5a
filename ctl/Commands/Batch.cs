using Calico.Ctl.Output;
using Calico.Ctl.Resources;
using Calico.Store.Yaml;

namespace Calico.Ctl.Commands;

/// <summary>Does the same to several objects: one that fails does not stop the others. Says at the end how many were done.</summary>
/// <param name="verb">The past of what is done, as in <c>applied</c>.</param>
internal sealed class Batch(CommandHost host, string verb, bool isDryRun)
{
    private readonly List<string> _kinds = [];
    private int _total;
    private int _done;
    private int _unchanged;

    public async Task FailAsync(string problem)
    {
        _total++;
        await host.ErrorAsync(problem);
    }

    /// <param name="skips">A failure that the user said is none.</param>
    public async Task RunAsync(ObjectRef reference, Func<Task<ObjectChange>> change, ObjectFailure? skips)
    {
        _total++;
        _kinds.Add(reference.Kind.Name);
        try
        {
            var done = await change();
            _done++;
            if (!done.IsAny)
            {
                _unchanged++;
            }

            if (isDryRun)
            {
                await ShowAsync(done);
            }
        }
        catch (ObjectException e) when (e.Failure == skips)
        {
            _done++;
            _unchanged++;
        }
        catch (ObjectException e)
        {
            await host.ErrorAsync(e.Message);
        }
    }

    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync()
    {
        var kinds = _kinds.Distinct().ToList();
        var what = kinds.Count == 1 ? $"'{kinds[0]}' resource(s)" : "resource(s)";
        if (isDryRun)
        {
            await host.Context.Out.WriteLineAsync($"Dry run: {_done} of {_total} {what} could be {verb}, {_unchanged} of them without a change; nothing was written");
        }
        else if (_done == _total)
        {
            await host.Context.Out.WriteLineAsync($"Successfully {verb} {_done} {what}{(_unchanged > 0 ? $", {_unchanged} of them without a change" : "")}");
        }
        else
        {
            await host.Context.Out.WriteLineAsync($"Partial success: {verb} {_done} out of {_total} {what}");
        }

        return _done == _total ? ExitCode.Success : ExitCode.Failed;
    }

    private async Task ShowAsync(ObjectChange change)
    {
        var what = change switch
        {
            { Before: null } => "would be created",
            { After: null } => "would be deleted",
            { IsAny: false } => "would stay as it is",
            _ => "would change",
        };
        await host.Context.Out.WriteLineAsync($"{change.Ref} {what}");
        foreach (var line in LineDiff.Of(change.Before is null ? "" : YamlText.Write(change.Before), change.After is null ? "" : YamlText.Write(change.After)))
        {
            await host.Context.Out.WriteLineAsync(line);
        }
    }
}
