namespace WholeTale.Core.Checks;

/// <summary>The API server answers.</summary>
internal sealed class ApiCheck : ICheck
{
    public string Name => "Api";

    public async Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken) =>
        CheckOutcome.Pass($"Kubernetes {await context.VersionAsync(cancellationToken)} answers at {context.Api.Connection.Endpoint.Authority}");
}
