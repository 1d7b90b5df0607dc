using System.Globalization;
using System.Management.Automation;

namespace WholeTale.PowerShell.Arguments;

/// <summary>Takes a bare number as seconds, as PowerShell's own -Timeout parameters do; .NET alone would read 15 as fifteen ticks.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DurationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        var span = value switch
        {
            int or long or double => TimeSpan.FromSeconds(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
            string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) => TimeSpan.FromSeconds(seconds),
            _ => (TimeSpan?)null,
        };
        return span switch
        {
            null => inputData,
            { Ticks: > 0 } => span.Value,
            _ => throw new ArgumentTransformationMetadataException($"'{value}' is no time that one could wait. Give more than 0 seconds, e.g. 90 or 00:01:30."),
        };
    }
}
