namespace Calico.Cni.Protocol;

/// <summary>
/// The shell around a plugin: what the spec says about environment, standard input, standard output and exit code is done here once.
/// The plugin itself is one function from a checked call to a result.
/// </summary>
/// <param name="program">The executable's name, for messages.</param>
/// <param name="run">Does the verb; null for the verbs that print nothing. What it throws becomes the error object.</param>
/// <param name="time">For the log; the system's when null.</param>
public sealed class CniHost(string program, Func<CniCall, CniResult?> run, TimeProvider? time = null)
{
    private const int MaxConf = AgentWire.MaxFrame - (64 * 1024);
    private const int Succeeded = 0;
    private const int Failed = 1;

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>
    /// One call from start to end. Output is written once and whole: a result or nothing with exit code 0, or one error object with 1.
    /// </summary>
    /// <param name="arguments">The command line; a runtime gives none.</param>
    /// <param name="environment">The environment variables.</param>
    /// <param name="input">Standard input: the network configuration.</param>
    /// <param name="output">Standard output.</param>
    /// <returns>The exit code.</returns>
    public int Run(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, Stream input, Stream output)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        if (arguments.Count > 0 || !CniEnvironment.IsPluginCall(environment))
        {
            var known = arguments.All(a => a is "--help" or "-h" or "--version" or "-v");
            output.Write(CniTeaching.Text(program, arguments));
            return known ? Succeeded : Failed;
        }

        var version = CniVersion.Latest;
        try
        {
            output.Write(Answer(environment, input, ref version));
            return Succeeded;
        }
        catch (CniException e)
        {
            output.Write(CniErrorWriter.Write(e, version));
            return Failed;
        }
    }

    private byte[] Answer(IReadOnlyDictionary<string, string> environment, Stream input, ref string version)
    {
        var request = CniEnvironment.Read(environment);
        request = request with { Conf = ReadAll(input) };
        if (request.Command == CniCommand.Version)
        {
            return CniVersionWriter.Write(request.Conf.Span);
        }

        // The version first: a conf of a version that we do not speak may hold anything.
        version = NetConfReader.ReadVersion(request.Conf.Span);
        CniVersion.Require(version, request.Command);
        var conf = NetConf.Parse(request.Conf.Span);
        var log = CniLog.Open(conf, request.ContainerId, request.IfName, _time);
        var started = _time.GetTimestamp();
        try
        {
            RequireForVerb(request.Command, conf);
            var answer = Perform(new CniCall(request, conf, CniArguments.Parse(request.Args)) { Log = log });
            log.Info($"{request.Command.ToText()} succeeded in {Milliseconds(started)} ms");
            return answer;
        }
        catch (CniException e)
        {
            log.Error($"{request.Command.ToText()} failed in {Milliseconds(started)} ms: code {(int)e.Code}: {e.Message}; {e.Details}");
            throw;
        }
    }

    private byte[] Perform(CniCall call)
    {
        try
        {
            var result = run(call);
            if (call.Request.Command != CniCommand.Add)
            {
                return [];
            }

            return result is null
                ? throw new CniException(CniErrorCode.Internal, $"{program} has no result for ADD of container {call.Request.ContainerId}")
                : CniResultWriter.Write(result, call.Conf.CniVersion);
        }
        catch (Exception e) when (e is not CniException)
        {
            call.Log.Error(e.ToString());
            throw new CniException(
                CniErrorCode.Internal,
                $"{program} met an unexpected {e.GetType().Name}: {FirstLine(e.Message)}",
                call.Conf.LogFilePath.Length > 0 ? $"the log {call.Conf.LogFilePath} has the particulars" : "",
                e);
        }
    }

    private static void RequireForVerb(CniCommand command, NetConf conf)
    {
        if (command == CniCommand.Check && conf.PrevResult is null)
        {
            throw Invalid("CHECK needs 'prevResult', the result of the ADD that it checks");
        }

        // Absent is not the same as empty: taken as empty it would take down every pod of the node.
        if (command == CniCommand.Gc && conf.ValidAttachments is null)
        {
            throw Invalid("GC needs 'cni.dev/valid-attachments', the attachments to keep");
        }
    }

    private static CniException Invalid(string message) => new(CniErrorCode.InvalidConfiguration, message);

    private static byte[] ReadAll(Stream input)
    {
        try
        {
            using var conf = new MemoryStream();
            var buffer = new byte[16 * 1024];
            for (int read; (read = input.Read(buffer)) > 0;)
            {
                conf.Write(buffer, 0, read);
                if (conf.Length > MaxConf)
                {
                    throw new CniException(CniErrorCode.IoFailure, $"the network configuration is longer than {MaxConf} bytes");
                }
            }

            return conf.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new CniException(CniErrorCode.IoFailure, $"cannot read the network configuration from standard input: {e.Message}", "", e);
        }
    }

    /// <summary>With one decimal, without the framework's formatting of floating numbers.</summary>
    private string Milliseconds(long started)
    {
        var tenths = _time.GetElapsedTime(started).Ticks / (TimeSpan.TicksPerMillisecond / 10);
        return $"{tenths / 10}.{tenths % 10}";
    }

    private static string FirstLine(string text) => text.AsSpan().IndexOfAny('\r', '\n') is var end and >= 0 ? text[..end] : text;
}
