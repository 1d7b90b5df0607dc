using System.Management.Automation;

namespace WholeTale.PowerShell.Tests.Pester;

/// <summary>The runner of the subset does as Pester does, above all where a spec fails.</summary>
public sealed class SpecRunnerTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("wt-runner-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_test_that_holds_passes()
    {
        var result = Assert.Single(Run("Describe 'd' { It 'i' { 1 + 1 | Should -Be 2 } }"));

        Assert.Equal(new SpecResult("d.i", SpecOutcome.Passed), result);
    }

    [Fact]
    public void A_test_that_does_not_hold_fails_with_its_line()
    {
        var result = Assert.Single(Run("Describe 'd' {\n    It 'i' {\n        1 | Should -Be 2\n    }\n}"));

        Assert.Equal(SpecOutcome.Failed, result.Outcome);
        Assert.Contains("Expected 2, but got 1.", result.Message, StringComparison.Ordinal);
        Assert.Contains("x.Tests.ps1:3", result.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("throw 'bad'")]
    [InlineData("[int]'x'")]
    [InlineData("No-SuchCommand")]
    [InlineData("Import-Module nope -ErrorAction Stop")]
    [InlineData("$null.Foo()")]
    public void An_error_in_a_test_fails_it(string statement)
    {
        var result = Assert.Single(Run($"Describe 'd' {{ It 'i' {{ {statement}\n 1 | Should -Be 1 }} }}"));

        Assert.Equal(SpecOutcome.Failed, result.Outcome);
    }

    [Fact]
    public void A_throwing_BeforeAll_fails_all_of_its_block_and_no_more()
    {
        var results = Run("""
            Describe 'bad' {
                BeforeAll { throw 'no ground' }
                It 'one' { }
                Context 'inner' { It 'two' { } }
            }
            Describe 'good' { It 'three' { } }
            """);

        Assert.Equal([SpecOutcome.Failed, SpecOutcome.Failed, SpecOutcome.Passed], results.Select(result => result.Outcome));
        Assert.All(results.Take(2), result => Assert.Contains("BeforeAll of 'bad' failed: no ground", result.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("AfterAll")]
    [InlineData("BeforeEach")]
    [InlineData("AfterEach")]
    public void A_throwing_set_up_or_tear_down_does_not_go_unseen(string name)
    {
        var results = Run($"Describe 'd' {{ {name} {{ throw 'bad' }}\n It 'one' {{ }} }}");

        Assert.Equal(SpecOutcome.Failed, Assert.Single(results).Outcome);
    }

    [Theory]
    [InlineData("$x = 1; Describe 'd' { It 'i' { $x | Should -BeNullOrEmpty } }")]
    [InlineData("Describe 'd' { $x = 1; It 'i' { $x | Should -BeNullOrEmpty } }")]
    [InlineData("BeforeDiscovery { $x = 1 }; Describe 'd' { It 'i' { $x | Should -BeNullOrEmpty } }")]
    public void What_discovery_sets_is_not_seen_in_the_run(string spec) => AssertPass(spec);

    [Fact]
    public void What_BeforeAll_sets_is_seen_in_the_blocks_inside_and_not_beside()
    {
        AssertPass("""
            BeforeAll { $root = 'r' }
            Describe 'one' {
                BeforeAll { $outer = 'o' }
                BeforeEach { $each = "$outer-e" }
                Context 'inner' {
                    BeforeAll { $inner = "$root$outer" }
                    It 'sees all' { "$root $outer $inner $each" | Should -Be 'r o ro o-e' }
                }
                It 'does not see the inner' { $inner | Should -BeNullOrEmpty }
                AfterAll { $outer | Should -Be 'o' }
            }
            Describe 'two' { It 'does not see the other block' { "$root$outer" | Should -Be 'r' } }
            """);
    }

    [Fact]
    public void What_one_test_sets_is_not_seen_in_the_next()
    {
        AssertPass("""
            Describe 'd' {
                It 'one' { $x = 1; $x | Should -Be 1 }
                It 'two' { $x | Should -BeNullOrEmpty }
            }
            """);
    }

    [Fact]
    public void Script_scope_lasts_from_BeforeAll_to_the_test()
    {
        AssertPass("Describe 'd' { BeforeAll { $script:x = 3 }\n It 'i' { $script:x | Should -Be 3; $script:x = 4 }\n It 'j' { $x | Should -Be 4 } }");
    }

    [Fact]
    public void Functions_of_BeforeAll_are_seen_in_tests() => AssertPass("BeforeAll { function Get-Three { 3 } }\n Describe 'd' { It 'i' { Get-Three | Should -Be 3 } }");

    [Fact]
    public void ForEach_gives_a_test_an_item_with_its_values_in_title_and_body()
    {
        var results = Run("""
            Describe 'd <_>' -ForEach 1, 2 {
                It 'i <name> <inner.deep> <_.name>' -ForEach @(@{ name = 'a'; inner = @{ deep = 5 } }, @{ name = 'b'; inner = @{ deep = 6 } }) {
                    $name | Should -BeIn 'a', 'b'
                    $_.inner.deep | Should -BeGreaterThan 4
                }
            }
            """);

        Assert.Equal(["d 1.i a 5 a", "d 1.i b 6 b", "d 2.i a 5 a", "d 2.i b 6 b"], results.Select(result => result.Path));
        Assert.All(results, result => Assert.Equal(SpecOutcome.Passed, result.Outcome));
    }

    [Fact]
    public void ForEach_of_a_block_is_seen_in_its_set_up_and_tests() =>
        AssertPass("Describe 'd' -ForEach @{ a = 1 } { BeforeAll { $b = $a + 1 }\n It 'i' { $b + $_.a | Should -Be 3 } }");

    [Fact]
    public void ForEach_may_use_what_BeforeDiscovery_set()
    {
        var results = Run("BeforeDiscovery { $items = 'x', 'y' }\n Describe 'd' { It 'i <_>' -ForEach $items { $_ | Should -Not -BeNullOrEmpty } }");

        Assert.Equal([("d.i x", SpecOutcome.Passed), ("d.i y", SpecOutcome.Passed)], results.Select(result => (result.Path, result.Outcome)));
    }

    [Fact]
    public void A_skipped_test_is_not_run()
    {
        var results = Run("""
            Describe 'd' {
                It 'one' -Skip { throw 'ran' }
                It 'two' { Set-ItResult -Skipped -Because 'no moon'; throw 'ran' }
            }
            Describe 'e' -Skip { BeforeAll { throw 'ran' }
                It 'three' { throw 'ran' } }
            """);

        Assert.All(results, result => Assert.Equal(SpecOutcome.Skipped, result.Outcome));
        Assert.Contains("no moon", results[1].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Describe 'd' { throw 'bad' }")]
    [InlineData("throw 'bad'")]
    [InlineData("Describe 'd' {")]
    [InlineData("It 'alone' { }")]
    [InlineData("Describe 'd' { BeforeAll { }\n BeforeAll { } }")]
    public void A_file_that_cannot_be_discovered_is_an_error(string spec) => Assert.ThrowsAny<RuntimeException>(() => Run(spec));

    [Fact]
    public void TestDrive_is_there_during_the_run_and_gone_after_it()
    {
        var results = Run("Describe 'd' { It 'i' { [System.IO.File]::WriteAllText(\"$TestDrive/a\", 'x'); \"$TestDrive/a\" | Should -Exist; \"$TestDrive/b\" | Should -Not -Exist; throw $TestDrive } }");

        Assert.False(Directory.Exists(Assert.Single(results).Message.Split('\n')[0]));
    }

    [Theory]
    [InlineData("1, 2 | Should -Be 1, 2")]
    [InlineData("1 | Should -Not -Be 2")]
    [InlineData("$null | Should -Be $null")]
    [InlineData("'A' | Should -Be 'a'")]
    [InlineData("'A' | Should -Not -BeExactly 'a'")]
    [InlineData("'1' | Should -Be 1")]
    [InlineData("@() | Should -BeNullOrEmpty")]
    [InlineData("'' | Should -BeNullOrEmpty")]
    [InlineData("0 | Should -Not -BeNullOrEmpty")]
    [InlineData("'abc' | Should -BeLike 'A*'")]
    [InlineData("'abc' | Should -Match '^.B'")]
    [InlineData("'abc' | Should -Not -MatchExactly '^.B'")]
    [InlineData("1, 2, 3 | Should -Contain 2")]
    [InlineData("1, 2, 3 | Should -Not -Contain 4")]
    [InlineData("2 | Should -BeIn 1, 2")]
    [InlineData("1, 2, 3 | Should -HaveCount 3")]
    [InlineData("@() | Should -HaveCount 0")]
    [InlineData("$true | Should -BeTrue; 1 | Should -BeTrue; $null | Should -BeFalse; 0 | Should -BeFalse")]
    [InlineData("'x' | Should -BeOfType [string]; 1 | Should -BeOfType int; 1 | Should -Not -BeOfType 'string'")]
    [InlineData("3 | Should -BeGreaterThan 2; 2 | Should -BeGreaterOrEqual 2; 1 | Should -BeLessThan 2; 2 | Should -BeLessOrEqual 2")]
    [InlineData("{ throw 'a bad day' } | Should -Throw")]
    [InlineData("{ throw 'a bad day' } | Should -Throw '*bad*'")]
    [InlineData("{ throw 'a bad day' } | Should -Throw -ExpectedMessage 'a bad day' -ErrorId 'a bad day'")]
    [InlineData("{ [int]'x' } | Should -Throw -ErrorId 'InvalidCast*'")]
    [InlineData("{ 1 } | Should -Not -Throw")]
    [InlineData("({ throw 'a' } | Should -Throw -PassThru).Exception.Message | Should -Be 'a'")]
    public void Should_holds(string statement) => AssertPass($"Describe 'd' {{ It 'i' {{ {statement} }} }}");

    [Theory]
    [InlineData("1, 2 | Should -Be 1, 3")]
    [InlineData("1, 2 | Should -Be 1")]
    [InlineData("1 | Should -Not -Be 1")]
    [InlineData("@() | Should -Be 1")]
    [InlineData("'A' | Should -BeExactly 'a'")]
    [InlineData("'x' | Should -BeNullOrEmpty")]
    [InlineData("1, 2 | Should -BeNullOrEmpty")]
    [InlineData("'abc' | Should -BeLike 'b*'")]
    [InlineData("'abc' | Should -Match '^b'")]
    [InlineData("1, 2 | Should -Contain 3")]
    [InlineData("3 | Should -BeIn 1, 2")]
    [InlineData("1, 2 | Should -HaveCount 1")]
    [InlineData("$false | Should -BeTrue")]
    [InlineData("1 | Should -BeFalse")]
    [InlineData("1 | Should -BeOfType [string]")]
    [InlineData("$null | Should -BeOfType [string]")]
    [InlineData("2 | Should -BeGreaterThan 2")]
    [InlineData("2 | Should -BeLessThan 2")]
    [InlineData("'/nonexistent/file' | Should -Exist")]
    [InlineData("{ 1 } | Should -Throw")]
    [InlineData("{ throw 'x' } | Should -Throw 'y'")]
    [InlineData("{ throw 'x' } | Should -Throw -ErrorId 'y'")]
    [InlineData("{ throw 'x' } | Should -Not -Throw")]
    [InlineData("'throw' | Should -Throw")]
    [InlineData("1 | Should")]
    public void Should_fails(string statement)
    {
        var result = Assert.Single(Run($"Describe 'd' {{ It 'i' {{ {statement} }} }}"));

        Assert.Equal(SpecOutcome.Failed, result.Outcome);
    }

    [Fact]
    public void A_report_of_Pester_is_read()
    {
        // The shape of Pester 5.7's NUnitXml.
        var results = RealPester.Read(System.Xml.Linq.XDocument.Parse("""
            <test-results><test-suite name="x.Tests.ps1"><results><test-suite name="d"><results>
              <test-case description="one" name="d.one" time="0.1" executed="True" success="True" result="Success" />
              <test-case description="two" name="d.two" time="0.1" executed="True" success="False" result="Failure"><failure><message>Expected 2</message><stack-trace>at x:1</stack-trace></failure></test-case>
              <test-case description="three" name="d.three" time="0" executed="False" result="Ignored"><reason><message>no moon</message></reason></test-case>
            </results></test-suite></results></test-suite></test-results>
            """));

        Assert.Equal(
            [new("d.one", SpecOutcome.Passed), new("d.two", SpecOutcome.Failed, "Expected 2\nat x:1"), new("d.three", SpecOutcome.Skipped, "no moon")],
            results);
    }

    private void AssertPass(string spec)
    {
        var results = Run(spec);

        Assert.NotEmpty(results);
        Assert.All(results, result => Assert.True(result.Outcome == SpecOutcome.Passed, $"{result.Path}: {result.Message}"));
    }

    private IReadOnlyList<SpecResult> Run(string spec)
    {
        var file = Path.Combine(folder.FullName, "x.Tests.ps1");
        File.WriteAllText(file, spec);
        return SpecRunner.Run(file);
    }
}
