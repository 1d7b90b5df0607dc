using WholeTale.Core.Deployment.Diagnosing;

namespace WholeTale.Core.Tales;

/// <summary>Carries a finding from the watch to the launch, which puts it into words.</summary>
internal sealed class TaleTroubleException(Finding finding) : Exception(finding.Message)
{
    public Finding Finding => finding;
}
