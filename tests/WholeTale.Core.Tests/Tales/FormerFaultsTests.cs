using System.Reflection;

namespace WholeTale.Core.Tests.Tales;

/// <summary>The faults of both generations of gwvolman's tales, and for each the test that would have caught it.</summary>
public sealed class FormerFaultsTests
{
    private static readonly Type[] Holders = [typeof(TalePodsTests), typeof(TaleManifestsTests), typeof(TaleFormsTests), typeof(GirderTalesTests), typeof(TaleDocumentTests), typeof(TaleTextsTests)];

    public static TheoryData<string, string> Faults => new()
    {
        // 2019
        { "an update of the image passes wrong arguments and edits the pod", nameof(TalePodsTests.Another_image_rolls_the_tale_and_keeps_its_token_and_volume) },
        { "claims are never deleted", nameof(TalePodsTests.The_five_samples_start_are_listed_and_go_again_without_a_trace) },
        { "the URL carries the container's port, and neither path nor token", nameof(TaleFormsTests.The_address_to_show_holds_the_path_and_never_the_token) },
        { "the shared ingress is edited by read, modify, replace without a retry", nameof(TaleManifestsTests.Every_sample_renders_to_owned_and_labelled_objects_under_every_setting) },
        { "ingress rules leak when a creation fails", nameof(TalePodsTests.A_service_that_the_server_refuses_takes_the_whole_launch_back) },
        { "the first user's API key serves everybody", nameof(TaleManifestsTests.The_key_of_one_user_is_in_no_other_tale_s_Secret) },
        { "values are escaped as for HTML", nameof(TaleTextsTests.Any_name_login_variable_and_command_give_valid_objects_and_arrive_unchanged) },
        { "labels can exceed 63 characters", nameof(TaleFormsTests.Any_text_becomes_a_valid_label_and_different_texts_stay_different) },
        { "a missing command breaks", nameof(TaleManifestsTests.A_missing_command_leaves_the_image_s_own) },
        { "a missing Deployment orphans the rest", nameof(TalePodsTests.A_tale_whose_Deployment_is_gone_already_is_removed_without_complaint) },
        { "an image that cannot be pulled is waited for without an end", nameof(TalePodsTests.An_image_that_cannot_be_pulled_is_told_at_once_and_leaves_nothing_behind) },
        // 2025
        { "the environment of an image is ignored", nameof(GirderTalesTests.The_tale_s_own_configuration_wins_over_its_image_s_member_by_member) },
        { "memory and processor settings are ignored", nameof(TaleManifestsTests.Limits_shares_graphics_processors_and_nodes_arrive) },
        { "errors of the mount are only printed", nameof(TalePodsTests.A_mount_that_fails_is_told_without_the_user_s_key_and_leaves_nothing_behind) },
        { "a null image is started after 180 s", nameof(GirderTalesTests.A_tale_whose_image_is_not_built_is_told_and_not_started_with_a_null_image) },
        { "with NFS the mount of data is lost", nameof(TaleManifestsTests.The_mounter_mounts_data_whatever_workspaces_lie_on) },
        { "the class annotation of ingresses is deprecated", nameof(TaleManifestsTests.The_class_of_an_ingress_is_a_field_and_no_deprecated_annotation_but_where_GKE_knows_no_other) },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Each_fault_has_a_test_that_runs(string fault, string test)
    {
        var method = Holders.Select(holder => holder.GetMethod(test)).FirstOrDefault(method => method is not null);

        Assert.True(method is not null, $"Nothing tests that {fault}.");
        // A theory is a fact too; one that is always skipped holds nothing.
        Assert.Null(method.GetCustomAttribute<FactAttribute>()!.Skip);
    }
}
