import { readFileSync, writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';
import { type Accuracy, TOLERANCES } from './accuracy.js';

/** Writes docs/accuracy.md from the errors that tests passed to `expectAccurate`: `npm run verify`. */
export default class AccuracyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const unseen = tests.find((test) => test.result().state !== 'passed');
    if (unseen !== undefined) {
      console.log(`docs/accuracy.md was not written: "${unseen.fullName}" was ${unseen.result().state}`);
      return;
    }
    writeFileSync(new URL('../../docs/accuracy.md', import.meta.url), describe(tests.flatMap((test) => test.meta().accuracy ?? [])));
    console.log('docs/accuracy.md was written');
  }
}

const COLUMNS = (['forward', 'maps'] as const).flatMap((what) => (['gpu', 'cpu'] as const).map((device) => ({ what, device })));

function describe(all: readonly Accuracy[]): string {
  const rows = [...new Set(all.map(({ file }) => file))].sort().map((file) => {
    const cells = COLUMNS.map(({ what, device }) => {
      const errors = all.filter((one) => one.file === file && one.what === what && one.device === device).map(({ error }) => error);
      return errors.length === 0
        ? '–'
        : Math.max(...errors)
            .toExponential(1)
            .replace('0.0e+0', '0');
    });
    const maps = all.filter((one) => one.file === file && one.what === 'maps' && one.device === 'gpu').length;
    return `| ${[file, ...cells.slice(0, 2), maps || '–', ...cells.slice(2)].join(' | ')} |`;
  });
  const { forward, maps } = TOLERANCES;
  return `# Accuracy

Written by \`npm run verify\`; the tests assert the same (\`test/agreement/models.gpu.test.ts\`, \`test/agreement/cases.gpu.test.ts\`).

Every file of \`../shared/models\`, \`../shared/cases\` and \`models\`. Forward: outputs of up to seven images against onnxruntime-node ${versionOf('onnxruntime-node')}
in float32, and of networks that end in probabilities their logits, too. Maps: integrated gradients by 64 midpoint steps from two baselines and with a contrast, and
saliency, against PyTorch in float64, where a file comes with them. Differences are relative, in the Euclidean norm, the largest of all
images and maps. GPU: float32 on SwiftShader through Dawn (npm package webgpu ${versionOf('webgpu')}); CPU: the float64 executor.
What \`--precision mixed\` costs in digits is in [gpu.md](gpu.md#mixed-precision).

| file | forward, GPU (< ${forward.gpu}) | forward, CPU (< ${forward.cpu}) | maps | maps, GPU (< ${maps.gpu}) | maps, CPU (< ${maps.cpu}) |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

function versionOf(name: string): string {
  const folder = name === 'onnxruntime-node' ? '../oracle/' : '../../';
  return JSON.parse(readFileSync(new URL(`${folder}node_modules/${name}/package.json`, import.meta.url), 'utf8')).version;
}
