using System.Text;

namespace Calico.Hosting.Metrics;

/// <summary>What stands under one name in the text for Prometheus.</summary>
internal interface IFigure
{
    /// <summary>Appends its description and its values, each line ended.</summary>
    void Write(StringBuilder text);
}
