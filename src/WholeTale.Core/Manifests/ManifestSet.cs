using System.Text.Json.Nodes;

namespace WholeTale.Core.Manifests;

/// <summary>Every manifest of a deployment, component by component, in an order in which each follows those it depends on.</summary>
/// <param name="Components">The components.</param>
public sealed record ManifestSet(IReadOnlyList<ComponentManifests> Components);

/// <summary>A component and its objects.</summary>
/// <param name="Component">The declared facts.</param>
/// <param name="Objects">Its objects, labelled and checked.</param>
public sealed record ComponentManifests(Component Component, IReadOnlyList<Manifest> Objects);

/// <summary>One object as rendered.</summary>
/// <param name="Object">The object, with namespace and labels. Callers do not change it.</param>
/// <param name="Template">The template file it came from.</param>
/// <param name="Line">The line in it where its document begins.</param>
public sealed record Manifest(JsonObject Object, string Template, int Line);

/// <summary>The declared facts of a component. When it is ready follows from its objects' kinds.</summary>
/// <param name="Name">Its name, e.g. <c>girder</c>; also the label <c>app.kubernetes.io/component</c>.</param>
/// <param name="Templates">Its template files, relative to the templates' folder.</param>
/// <param name="DependsOn">The components that must be ready before it starts.</param>
public sealed record Component(string Name, IReadOnlyList<string> Templates, IReadOnlyList<string> DependsOn);
