namespace WholeTale.Core.Manifests;

/// <summary>
/// Renders mustache templates of YAML to objects, strictly and safely: a variable that is missing is an error, and no value can change a document's structure.
/// </summary>
/// <remarks>
/// Each value is first represented by a mark that YAML takes for ordinary text; the YAML is parsed, and then the values take the place of their marks in the tree. So a value never passes
/// through the YAML parser, and comes out as itself whatever it holds. A mark that stands alone and unquoted becomes its value with its type (number, Boolean, list, table); among other
/// text, in quotes or in a block scalar, it becomes text.
/// </remarks>
public static class TemplateRenderer
{
    /// <summary>Renders a template.</summary>
    /// <param name="source">Where templates come from.</param>
    /// <param name="file">The template's name in it.</param>
    /// <param name="variables">
    /// Strings, numbers, Booleans, null, <see cref="Configuration.Secret"/>s, JSON nodes, lists, and tables (<see cref="IReadOnlyDictionary{TKey, TValue}"/> from string to object), nested at
    /// will: <c>{{a.b}}</c> reaches inside. In a section (<c>{{#x}}...{{/x}}</c>) null, false, zero, empty text and what is empty count as no.
    /// </param>
    /// <returns>The objects of its documents, in their order, as they stand there.</returns>
    /// <exception cref="ManifestException">The template is wrong; it says file, line and variable.</exception>
    public static IReadOnlyList<Manifest> Render(TemplateSource source, string file, IReadOnlyDictionary<string, object?> variables)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(variables);
        return RenderText(source.Read(file), source.PathOf(file), variables);
    }

    /// <summary>Renders a text. The name stands in messages.</summary>
    internal static IReadOnlyList<Manifest> RenderText(string text, string name, IReadOnlyDictionary<string, object?> variables)
    {
        var expansion = TemplateExpansion.Expand(text, name, variables);
        return new YamlReader(expansion).ReadDocuments();
    }
}
