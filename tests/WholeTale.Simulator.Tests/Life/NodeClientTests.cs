using System.Text;
using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Tests.Life;

/// <summary><c>@kubernetes/client-node</c> watches and writes, reads logs, runs commands and forwards ports.</summary>
public sealed class NodeClientTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>
{
    private NodeTool Node => NodeTool.Require(fixture.Simulator);

    [Fact]
    public async Task It_writes_reads_and_is_refused()
    {
        var ns = await fixture.NamespaceAsync();

        var told = await Node.RunAsync(ns, """
            const name = 'a', namespace = ns;
            const created = await core.createNamespacedConfigMap({ namespace, body: { metadata: { name, labels: { set: 'x' } }, data: { k: '1' } } });
            const again = await refusal(core.createNamespacedConfigMap({ namespace, body: { metadata: { name } } }));
            const dry = await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'dry' } }, dryRun: 'All' });
            const invalid = await refusal(core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'Not_a_name' } } }));
            const read = await core.readNamespacedConfigMap({ name, namespace });
            read.data.k = '2';
            const replaced = await core.replaceNamespacedConfigMap({ name, namespace, body: read });
            const stale = await refusal(core.replaceNamespacedConfigMap({ name, namespace, body: read }));
            const listed = await core.listNamespacedConfigMap({ namespace, labelSelector: 'set=x', limit: 1 });
            const deleted = await core.deleteCollectionNamespacedConfigMap({ namespace, labelSelector: 'set=x' });
            const missing = await refusal(core.readNamespacedConfigMap({ name, namespace }));
            tell({ created: created.data.k, isDate: created.metadata.creationTimestamp instanceof Date, again: again.reason, dry: dry.metadata.uid !== undefined, invalid: invalid.details.causes[0].field,
                replaced: replaced.data.k, stale: [stale.code, stale.reason], listed: listed.items.map(item => item.metadata.name), deleted: deleted.kind ?? 'ConfigMapList', missing: missing.message });
            """);

        Assert.Equal(
            """{"created":"1","isDate":true,"again":"AlreadyExists","dry":true,"invalid":"metadata.name","replaced":"2","stale":[409,"Conflict"],"listed":["a"],"deleted":"ConfigMapList","missing":"configmaps \"a\" not found"}""",
            told.ToJsonString(JsonOptions));
    }

    [Fact]
    public async Task It_patches_in_all_types_and_applies()
    {
        var ns = await fixture.NamespaceAsync();
        await fixture.ApplyAsync(SimulatorFixture.Deployment("web"), $"/apis/apps/v1/namespaces/{ns}/deployments/web");

        var told = await Node.RunAsync(ns, """
            const web = { name: 'web', namespace: ns };
            const json = await apps.patchNamespacedDeployment({ ...web, body: [{ op: 'replace', path: '/spec/replicas', value: 2 }] }, as(k8s.PatchStrategy.JsonPatch));
            const merge = await apps.patchNamespacedDeployment({ ...web, body: { metadata: { labels: { tier: 'a' } } } }, as(k8s.PatchStrategy.MergePatch));
            const strategic = await apps.patchNamespacedDeployment({ ...web, body: { spec: { template: { spec: { containers: [{ name: 'side', image: 'busybox' }] } } } } }, as(k8s.PatchStrategy.StrategicMergePatch));
            const scaled = await apps.patchNamespacedDeploymentScale({ ...web, body: { spec: { replicas: 3 } } }, as(k8s.PatchStrategy.MergePatch));
            const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'applied' }, data: { k: '1' } };
            const apply = (manager, value, force) => core.patchNamespacedConfigMap({ name: 'applied', namespace: ns, fieldManager: manager, force, body: { ...body, data: { k: value } } }, as(k8s.PatchStrategy.ServerSideApply));
            const applied = await apply('one', '1');
            const conflict = await refusal(apply('two', '2'));
            const forced = await apply('two', '2', true);
            const objects = k8s.KubernetesObjectApi.makeApiClient(config);
            const generic = await objects.patch({ ...body, metadata: { name: 'applied', namespace: ns }, data: { k: '3' } }, undefined, undefined, 'two', true, k8s.PatchStrategy.ServerSideApply);
            tell({ json: json.spec.replicas, merge: merge.metadata.labels.tier, strategic: strategic.spec.template.spec.containers.map(one => one.name), scaled: scaled.spec.replicas,
                applied: applied.metadata.managedFields.map(one => [one.manager, one.operation]), conflict: [conflict.code, conflict.details.causes[0].message, conflict.details.causes[0].field],
                forced: forced.metadata.managedFields.map(one => one.manager), generic: generic.data.k });
            """);

        Assert.Equal(
            """{"json":2,"merge":"a","strategic":["side","main"],"scaled":3,"applied":[["one","Apply"]],"conflict":[409,"conflict with \"one\"",".data.k"],"forced":["two"],"generic":"3"}""",
            told.ToJsonString(JsonOptions));
    }

    [Theory]
    // The API server tells of a version that is too old within the stream; what stands before it may tell by the status.
    [InlineData("""{"action":"expire"}""")]
    [InlineData("""{"status":410,"reason":"Expired"}""")]
    public async Task Its_informer_follows_lists_anew_after_410_and_misses_nothing(string fault)
    {
        var ns = await fixture.NamespaceAsync();
        var expired = JsonNode.Parse(fault)!;
        (expired["on"], expired["resource"], expired["namespace"], expired["count"], expired["after"]) = ("watch", "configmaps", ns, 1, 1);
        await fixture.SetFaultsAsync(new JsonArray(
            expired,
            new JsonObject { ["on"] = "watch", ["resource"] = "configmaps", ["namespace"] = ns, ["action"] = "drop", ["milliseconds"] = 100, ["count"] = 1 }));
        try
        {
            var told = await Node.RunAsync(ns, """
                const body = name => ({ metadata: { name, labels: { set: 'x' } }, data: { k: '1' } });
                const seen = [];
                let lists = 0, done;
                const finished = new Promise(resolve => { done = resolve; });
                await core.createNamespacedConfigMap({ namespace: ns, body: body('a') });
                const informer = k8s.makeInformer(config, `/api/v1/namespaces/${ns}/configmaps`, async () => {
                    // While nobody watches, one goes and one comes.
                    if (++lists === 2) {
                        await core.deleteNamespacedConfigMap({ name: 'a', namespace: ns });
                        await core.createNamespacedConfigMap({ namespace: ns, body: body('b') });
                    }
                    return core.listNamespacedConfigMap({ namespace: ns, labelSelector: 'set=x' });
                }, 'set=x');
                for (const verb of ['add', 'update', 'delete'])
                    informer.on(verb, async object => {
                        seen.push(`${verb} ${object.metadata.name}`);
                        if (verb === 'add' && object.metadata.name === 'b')
                            await core.patchNamespacedConfigMap({ name: 'b', namespace: ns, body: { data: { k: '2' } } }, as(k8s.PatchStrategy.MergePatch));
                        if (verb === 'update')
                            await core.deleteNamespacedConfigMap({ name: 'b', namespace: ns });
                        if (verb === 'delete' && object.metadata.name === 'b')
                            done();
                    });
                informer.on('error', error => { console.error(error); process.exit(1); });
                await informer.start();
                await finished;
                tell({ seen, lists });
                """);

            Assert.Equal("""{"seen":["add a","delete a","add b","update b","delete b"],"lists":2}""", told.ToJsonString());
        }
        finally
        {
            await fixture.SetFaultsAsync([]);
        }
    }

    [Fact]
    public async Task It_reads_logs_runs_commands_and_forwards_ports()
    {
        var ns = await fixture.NamespaceAsync();
        await fixture.ApplyAsync(SimulatorFixture.Pod("box", """{"name":"main","image":"nginx","ports":[{"containerPort":80}]}"""), $"/api/v1/namespaces/{ns}/pods/box");
        await fixture.ApplyAsync(
            SimulatorFixture.Pod("talker", """{"name":"main","image":"busybox","command":["sh","-c","echo one; sleep 1; echo two"]}""", ""","restartPolicy":"Never" """), $"/api/v1/namespaces/{ns}/pods/talker");
        await fixture.UntilAsync($"/api/v1/namespaces/{ns}/pods/box", pod => (string?)pod?["status"]?["phase"] == "Running");
        await fixture.UntilAsync($"/api/v1/namespaces/{ns}/pods/talker", pod => (string?)pod?["status"]?["phase"] is "Running" or "Succeeded");

        var told = await Node.RunAsync(ns, """
            const exec = new k8s.Exec(config);
            const run = (command, input) => new Promise(async resolve => {
                const out = new PassThrough(), err = new PassThrough();
                const said = Promise.all([text(out), text(err)]);
                let stdin = null;
                if (input !== undefined) { stdin = new PassThrough(); }
                await exec.exec(ns, 'box', 'main', command, out, err, stdin, false, async status => {
                    const [output, error] = await said;
                    resolve([status.status, status.details?.causes?.[0]?.message ?? '', output, error]);
                });
                if (stdin) stdin.end(input);
            });
            const echoed = await run(['echo', 'hello']);
            const failed = await run(['sh', '-c', 'echo out; echo err >&2; exit 3']);
            const fed = await run(['cat'], 'some input');
            const stream = new PassThrough();
            const said = text(stream);
            await new k8s.Log(config).log(ns, 'talker', 'main', stream, { follow: true });
            const logs = await said;
            const tail = await core.readNamespacedPodLog({ name: 'talker', namespace: ns, tailLines: 1 });
            const forwarded = await new Promise(async resolve => {
                const output = new PassThrough(), input = new PassThrough();
                let all = '';
                output.on('data', part => { all += part; if (all.includes('GET /some/path')) resolve(all.split('\r\n')[0]); });
                await new k8s.PortForward(config).portForward(ns, 'box', [80], output, null, input);
                input.write('GET /some/path HTTP/1.1\r\nHost: box\r\nConnection: close\r\n\r\n');
            });
            tell({ echoed, failed, fed, logs, tail, forwarded });
            """);

        Assert.Equal(
            """{"echoed":["Success","","hello\n",""],"failed":["Failure","3","out\n","err\n"],"fed":["Success","","some input",""],"logs":"one\ntwo\n","tail":"two\n","forwarded":"HTTP/1.1 200 OK"}""",
            told.ToJsonString());
    }

    // Quotation marks as they are.
    private static readonly System.Text.Json.JsonSerializerOptions JsonOptions = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
