namespace Calico.Ctl.Output;

/// <summary>The forms in which objects are shown.</summary>
internal enum OutputKind
{
    Table,
    Wide,
    Custom,
    Yaml,
    Json,

    /// <summary>One <c>kind/name</c> a line.</summary>
    Name,
}
