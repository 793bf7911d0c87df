import { beforeEach, expect, test } from 'vitest';
import type { Engine } from '../../../demo/engine/contract.js';
import { en } from '../../../demo/ui/i18n/en.js';
import { es } from '../../../demo/ui/i18n/es.js';
import { compareArithmetics, comparing, ownReading } from '../../../demo/ui/state/quantised.js';
import { problems, type Subject, subject } from '../../../demo/ui/state/signals.js';
import { connect } from '../../../demo/ui/state/tasks.js';
import type { QuantisedReading } from '../../../src/index.js';

// What a quantised network reads with its own arithmetic: asked once for each picture, and said in one sentence.

const READING: QuantisedReading = {
  quantisers: 3,
  prediction: { class: 7, label: null, probability: 0.625 },
  agrees: false,
  largestDifference: 0.125,
  relativeDifference: 0.25,
};

const pictureOf = (value: number): Subject => ({
  image: Float32Array.of(value),
  picture: { width: 1, height: 1, channels: 1, data: Uint8Array.of(0) },
  name: `picture-${value}`,
  origin: 'picture',
  digit: null,
});

/** The pictures that the engine was asked about, and how it answers. */
const asked: number[] = [];
let answer: () => Promise<QuantisedReading | null>;

const engine: Pick<Engine, 'quantised'> = {
  quantised: (image) => {
    asked.push(...image);
    return answer();
  },
};

beforeEach(() => {
  asked.length = 0;
  answer = async () => READING;
  subject.value = null;
  ownReading.value = null;
  problems.look.value = null;
  connect(engine as Engine);
});

test('a picture is asked about once', async () => {
  await compareArithmetics();
  expect(asked).toEqual([]);
  subject.value = pictureOf(1);
  const running = compareArithmetics();
  expect(comparing.value).toBe(true);
  await running;
  await compareArithmetics();
  expect(asked).toEqual([1]);
  expect(comparing.value).toBe(false);
  expect(ownReading.value).toEqual({ ...READING, subject: subject.value });
});

test('a newer picture counts, whichever answer comes first', async () => {
  const answers: ((reading: QuantisedReading) => void)[] = [];
  answer = () => new Promise((resolve) => answers.push(resolve));
  subject.value = pictureOf(1);
  const older = compareArithmetics();
  answer = async () => ({ ...READING, agrees: true });
  subject.value = pictureOf(2);
  await compareArithmetics();
  for (const resolve of answers) resolve(READING);
  await older;
  expect(ownReading.value).toMatchObject({ agrees: true, subject: { name: 'picture-2' } });
});

test('a failure is told, and leaves no reading', async () => {
  answer = () => Promise.reject(new Error('no number'));
  subject.value = pictureOf(1);
  await compareArithmetics();
  expect([ownReading.value, comparing.value]).toEqual([null, false]);
  expect(problems.look.value).toMatchObject({ engine: { message: 'no number' } });
});

test('one sentence in either language', () => {
  expect(en.look.quantised.other('seven', '62.5%', '25.0%')).toBe(
    'With its own arithmetic, in which it rounds, it reads seven, with 62.5%, and not what is explained here; its outputs differ by up to 25.0% of their spread.',
  );
  expect(en.look.quantised.same('62.5%', null)).toBe('With its own arithmetic, in which it rounds, it reads the same, with 62.5%.');
  expect(es.look.quantised.same('62,5 %', '25,0 %')).toBe(
    'Con su propia aritmética, en la que redondea, lee lo mismo, con 62,5 %; sus salidas difieren hasta en un 25,0 % de su amplitud.',
  );
});
