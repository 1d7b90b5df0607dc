using WholeTale.Core.Configuration;

namespace WholeTale.Core.Girder;

/// <summary>What setting Girder up did.</summary>
/// <param name="Steps">A row a step.</param>
/// <param name="Url">Where Girder is reached.</param>
/// <param name="Login">The administrator's login.</param>
/// <param name="Password">The administrator's password.</param>
public sealed record GirderSetup(IReadOnlyList<GirderStep> Steps, Uri Url, string Login, Secret Password);

/// <summary>A step of the set-up.</summary>
/// <param name="Name">What is set up, e.g. <c>Assetstore</c>.</param>
/// <param name="Result">Created, Updated or Unchanged.</param>
public sealed record GirderStep(string Name, Deployment.AppliedResult Result);
