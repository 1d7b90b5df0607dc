namespace WholeTale.Core.Configuration;

/// <summary>What a setting may be. Stands at its property; for lists and tables it speaks of each item.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal abstract class RuleAttribute : Attribute
{
    /// <summary>What is allowed, as the end of a sentence that begins with "it must be".</summary>
    public abstract string Allowed { get; }

    /// <summary>Gives the value as it is kept, e.g. a word in its proper spelling; null where it is not allowed.</summary>
    public abstract object? Accept(object value);

    /// <summary>What the value was probably meant to be; null where nothing suggests itself.</summary>
    public virtual string? Suggest(object value) => null;
}
