import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { diagnoseLayers, withOutput } from '../../src/app.js';
import { createSession, predict } from '../../src/index.js';
import { andSettle, chooseOption, chooseSegment, giveFiles } from '../support/demo_page.js';
import { resize } from '../support/demo_screen.js';
import { watchTasks } from '../support/demo_trace.js';
import {
  data,
  expectAccessible,
  expectFits,
  fresh,
  modelFile,
  page,
  quiet,
  seven,
  text,
  visibleText,
  walkDemo,
} from '../support/demo_walk.js';
import { buildModel, floatTensor, type NodeDescription } from '../support/onnx_builder.js';

walkDemo({ webgpu: true });

// The network as a graph: shapes, dead units, zero gradients, and a layer's map.

const openGraph = async () => {
  await chooseSegment(page, 'model');
  await page.waitForSelector('[data-test=network] summary');
  await page.locator('[data-test=network] summary').click();
  await page.waitForSelector('[data-test=graph] svg');
};

test('the layers of the digit network are drawn with what vanishes in them, and keys get a layer’s map from the list', async () => {
  await andSettle(page, () => chooseOption(page, 'Network', 'digits'));
  await openGraph();
  const session = await createSession(await modelFile('digits.onnx'), {
    sideFile: JSON.parse(await readFile(new URL('../../models/digits.json', import.meta.url), 'utf8')),
  });
  const [reading] = await predict(session, [seven]);
  const operators = ['input', ...session.graph.nodes.map(({ op }) => op)];
  // Nodes are rendered in slices.
  await expect.poll(() => visibleText('.graph-op')).toEqual(operators);
  await expect.poll(() => visibleText('[data-test=network] tbody td:first-child')).toEqual(operators);
  await page.locator('[data-test=find-dead]').click();
  await page.waitForSelector('.graph-dead');
  const facts = diagnoseLayers(withOutput(session.graph, 'logit'), seven, reading!.class);
  for (const { output, dead, zeroGradients } of facts) {
    const share = dead ?? zeroGradients;
    const mark =
      share === 0 && dead === null
        ? ''
        : zeroGradients === 1
          ? 'no gradient'
          : `${Math.round(100 * share)}% ${dead === null ? 'zero' : 'dead'}`;
    expect(await text(`.graph-node[data-output="${output}"] .graph-mark`), output).toBe(mark);
  }
  const convolution = session.graph.nodes.find(({ op }) => op === 'Conv')!;
  await page.waitForSelector(`[data-test=network] [aria-label="Map of ${convolution.name}"]:enabled`);
  await page.focus(`[data-test=network] [aria-label="Map of ${convolution.name}"]`);
  await page.keyboard.press('Enter');
  await page.waitForSelector('[data-test=cam] canvas');
  expect(await data('[data-test=cam]', 'output')).toBe(convolution.output);
  expect(await text('[data-test=cam]')).toContain(`Grad-CAM of ${convolution.name}, for ${reading!.class}`);
  // A click on another layer in the drawing gives its map. A layer without a plane has none.
  const pool = session.graph.nodes.find(({ op }) => op === 'MaxPool')!;
  await page.$eval(`.graph-node[data-output="${pool.output}"] rect`, (box) =>
    box.dispatchEvent(new MouseEvent('click', { bubbles: true })),
  );
  await page.waitForFunction(
    (output) => document.querySelector<HTMLElement>('[data-test=cam]')?.dataset.output === output,
    {},
    pool.output,
  );
  const dense = session.graph.nodes.find(({ op }) => op === 'Gemm')!;
  await page.$eval(`.graph-node[data-output="${dense.output}"] rect`, (box) =>
    box.dispatchEvent(new MouseEvent('click', { bubbles: true })),
  );
  await page.waitForFunction(() => document.querySelector('[data-test=cam]')?.textContent?.includes('has no rows and columns'));
  await quiet();
});

test('two hundred layers are drawn without a long task, zoomed by keys, and fit a phone', async () => {
  const nodes: NodeDescription[] = [];
  let last = 'image';
  for (let block = 0; block < 66; block++) {
    nodes.push({ op: 'Mul', inputs: [last, 'half'], output: `m${block}` });
    nodes.push({ op: 'Relu', inputs: [`m${block}`], output: `r${block}` });
    nodes.push({ op: 'Add', inputs: [`r${block}`, last], output: `a${block}` });
    last = `a${block}`;
  }
  nodes.push({ op: 'GlobalAveragePool', inputs: [last], output: 'g' }, { op: 'Flatten', inputs: ['g'], output: 'f' });
  nodes.push({ op: 'MatMul', inputs: ['f', 'w'], output: 'logits' });
  const bytes = buildModel({
    inputs: { image: [1, 1, 28, 28] },
    initializers: { half: floatTensor([], [-0.01]), w: floatTensor([1, 10], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) },
    nodes,
    outputs: ['logits'],
  });
  const draw = async () => {
    await fresh();
    const tasks = await watchTasks(page);
    await giveFiles(page, 'drop', [{ name: 'deep.onnx', type: '', bytes }]);
    await page.waitForSelector('[data-preset=zero-one] input:enabled:not(:checked)');
    await andSettle(page, () => page.locator('[data-preset=zero-one] input').click());
    await openGraph();
    await page.waitForFunction(() => document.querySelectorAll('.graph-node').length === 202);
    const longest = Math.max(...(await tasks.take()));
    console.log(`the longest task of the main thread while 202 nodes are drawn: ${Math.round(longest)} ms`);
    return longest;
  };
  // The best of up to three: other work of the machine takes the caches of a core from a task, and lengthens even its own time.
  let longest = await draw();
  for (let again = 0; again < 2 && !(longest < 50); again++) longest = await draw();
  expect(longest).toBeLessThan(50);
  await page.locator('[data-test=find-dead]').click();
  // Every Relu gets numbers below 0, or the digit's background, 0.
  await page.waitForFunction(
    () => [...document.querySelectorAll('.graph-mark')].filter(({ textContent }) => textContent === '100% dead').length === 66,
  );
  const width = () => page.$eval('[data-test=graph] svg', (svg) => svg.getBoundingClientRect().width);
  const before = await width();
  await page.focus('[data-test=graph]');
  await page.keyboard.press('-');
  await page.waitForFunction((full) => document.querySelector('[data-test=graph] svg')!.getBoundingClientRect().width < full, {}, before);
  await resize(page, { width: 390, height: 844 });
  await expectFits(390);
  await expectAccessible('#look');
});
