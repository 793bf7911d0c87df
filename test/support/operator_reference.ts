import { isLinear, isPiecewise } from '../../src/graph/analysis/piecewise.js';
import { activeValues } from '../../src/graph/graph.js';
import { NEWEST_OPSET, OLDEST_OPSET } from '../../src/onnx/check.js';
import { importModel } from '../../src/onnx/import.js';
import { rewrittenOperators } from '../../src/onnx/rewrites/index.js';
import type { RewrittenOperator } from '../../src/onnx/rewrites/rewrite.js';
import { isComputable } from '../../src/onnx/supported.js';
import { shapeArithmetic } from '../../src/ops/folding/index.js';
import { isOpType, type OpType, operatorOf, operators } from '../../src/ops/index.js';
import type { NodeReader } from '../../src/ops/node_reader.js';
import { exportedModels } from './exported_models.js';
import { generatedModels } from './generated_cases.js';
import { generators } from './generated_lists.js';
import { buildModel, type ModelDescription } from './onnx_builder.js';

/** What the models of the tests show about an operator. */
interface Observation {
  readonly attributes: Set<string>;
  readonly exact: Set<boolean>;
}

const HEAD = `# Operators

What a model may be made of, opsets ${OLDEST_OPSET} to ${NEWEST_OPSET}; a newer one is read as ${NEWEST_OPSET}, with a note. This page is written by \`npm run docs\` from the table of operators (\`src/ops/index.ts\`) and
from what the models of the tests read of it; a test fails where it is out of date.

- *Attributes* are those that are read, under the names that they have in files. Where an opset made an input of an attribute, the input must be constant.
- Every operator has a *forward* pass on the CPU, in float64, and on the GPU, in float32; a constant result is computed while the file is read.
- *Backward* is the gradient with respect to every input that depends on the image.
- *Exact mode* integrates the gradient of networks that are affine in pieces (\`docs/exact.md\`).
- *GPU*: kernels of its own; a view, which shares memory and computes nothing; or what a pass rewrites it into (\`src/graph/passes/canonicalise.ts\`).

`;

/** The page as Markdown. Throws if an operator is in no model, or if a line here says what the models do not show. */
export function operatorReference(): string {
  const seen = observe();
  const rows = Object.keys(operators)
    .filter(isComputable)
    .sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
    .map((op) => row(op, seen.get(op)));
  const table = [
    '| operator | opsets | attributes | forward | backward | exact mode | GPU | notes |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
  return `${HEAD}${table}\n\n${rewritten()}\n${folded()}`;
}

function row(op: OpType, observation: Observation | undefined): string {
  const operator = operatorOf({ op });
  const { since, until = NEWEST_OPSET, notes: { exact, note = '' } = {} } = operator;
  const from = Math.max(OLDEST_OPSET, Number(since));
  if (observation === undefined)
    throw new Error(`${op} is in no exported or generated model of the tests: add a generator (generated_lists.ts)`);
  if ((observation.exact.size === 2) !== (exact !== undefined))
    throw new Error(`exact mode of ${op}: ${exact ?? 'no words'} for ${[...observation.exact]} (its file in src/ops)`);
  const always = observation.exact.has(true) ? 'yes' : 'no';
  const gpu = operator.view ? 'a view' : operator.lower ? 'kernels' : 'rewritten';
  const attributes = [...observation.attributes].sort().map((name) => `\`${name}\``);
  const cells = [op, `${from} to ${until}`, attributes.join(', '), 'yes', operator.backward ? 'yes' : 'no', exact ?? always, gpu, note];
  return `| ${cells.join(' | ')} |`;
}

function rewritten(): string {
  const rows = Object.entries<Readonly<Record<string, RewrittenOperator>>>(rewrittenOperators).flatMap(([domain, ops]) =>
    Object.entries(ops).map(([op, { since, attributes = [], notes }]) => {
      const opsets = domain === '' ? `${Math.max(OLDEST_OPSET, since)} to ${NEWEST_OPSET}` : 'any';
      const name = domain === '' ? op : `${domain}.${op}`;
      return `| ${[name, opsets, attributes.map((attribute) => `\`${attribute}\``).join(', '), notes?.note ?? ''].join(' | ')} |`;
    }),
  );
  return `## Said in other operators

These are read as nodes of the table above that compute the same (\`src/onnx/rewrites\`), so everything that holds for those holds for them: forward, backward,
devices, and exact mode where all the nodes are affine in pieces.

| operator | opsets | attributes | notes |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}

function folded(): string {
  const names = Object.keys(shapeArithmetic).filter((op) => !isComputable(op));
  return `## On constants only

What exporters compute from shapes and weights is evaluated while the file is read, and must not depend on the image: ${['Constant', ...names].sort().join(', ')}. What
names a class at the very end (ArgMax, TopK, Hardmax, thresholds, tables of names, ZipMap) is taken off: the scores that it reads are the output.
`;
}

/** Imports every exported model and some generated ones. Notes which attributes operators read, and which nodes exact mode accepts. */
function observe(): Map<string, Observation> {
  const seen = new Map<string, Observation>();
  const of = (op: string): Observation => {
    const known = seen.get(op) ?? { attributes: new Set<string>(), exact: new Set<boolean>() };
    seen.set(op, known);
    return known;
  };
  const restores = Object.keys(operators)
    .filter(isOpType)
    .map((op) => watchReads(op, of(op).attributes));
  try {
    for (const description of models()) {
      const { graph } = importModel(buildModel(description));
      const active = activeValues(graph);
      for (const node of graph.nodes) {
        if (node.inputs.some((name) => active.has(name))) of(node.op).exact.add(isLinear(node, active) || isPiecewise(node, active));
      }
    }
  } finally {
    for (const restore of restores) restore();
  }
  return seen;
}

/** Notes the names of attributes whenever the operator reads a node. Returns a function that ends this. */
function watchReads<Op extends OpType>(op: Op, names: Set<string>): () => void {
  const operator = operatorOf({ op });
  const { read } = operator;
  operator.read = (node) => read(recording(node, names));
  return () => {
    operator.read = read;
  };
}

function models(): ModelDescription[] {
  const generated = generators.filter(({ foldsOnly }) => !foldsOnly).flatMap((generator) => generatedModels(generator, { share: 0.3 }));
  return [...exportedModels.map(({ description }) => description), ...generated.map(({ description }) => description)];
}

/** A reader that notes the names of attributes. */
function recording(node: NodeReader, names: Set<string>): NodeReader {
  const noted =
    <T extends readonly unknown[], R>(read: (name: string, ...rest: T) => R) =>
    (name: string, ...rest: T): R => {
      names.add(name);
      return read.call(node, name, ...rest);
    };
  return {
    ...node,
    int: noted(node.int),
    float: noted(node.float),
    string: noted(node.string),
    ints: noted(node.ints),
    floats: noted(node.floats),
    strings: noted(node.strings),
    tensor: noted(node.tensor),
    has: noted(node.has),
  };
}
