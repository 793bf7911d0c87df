import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Digit, Fitted } from '../../../demo/engine/contract/inputs.js';
import type { OpenModel } from '../../../demo/engine/contract/models.js';
import type { Engine } from '../../../demo/engine/contract.js';
import { askedFit, fit, followFit, openDigits, openModel, picture, setFit, showPicture } from '../../../demo/ui/state/input.js';
import { digits, maps, model, problems, reading, type Subject, subject, undecided } from '../../../demo/ui/state/signals.js';
import { connect } from '../../../demo/ui/state/tasks.js';
import { resolvePreprocessing } from '../../../src/app.js';
import type { Preprocessing } from '../../../src/index.js';

// A picture that is given while a network opens. The engine is a fake one, whose answers come when the test says so.

/** A network that takes pictures of `side` x `side` pixels and, where its side file says so, fits them in its own way. */
function networkOf(name: string, side: number, said?: Preprocessing['fit']): OpenModel {
  const preprocessing = {
    width: side,
    height: side,
    channels: 3,
    labels: null,
    fit: said ?? 'cover',
    from: said ? { fit: 'model.json' } : {},
  };
  return { name, shipped: null, layers: [], preprocessing, quantised: null } as unknown as OpenModel;
}

const OLD = networkOf('old', 8);
const file = new File(['a picture'], 'eagle.png');

interface Answers {
  readonly open: (answer: OpenModel) => void;
  /** The pictures that were asked for: how they are fitted, and into which network. */
  readonly decodes: { readonly fit: string | null; answer(): void }[];
}

/** As in the worker, a picture is fitted into the network that is open when it is asked for. */
function connectFake(): Answers {
  let inWorker = OLD;
  let answerOpen: ((answer: OpenModel) => void) | undefined;
  const decodes: { fit: string | null; answer(): void }[] = [];
  const fake: Partial<Engine> = {
    open: () =>
      new Promise((resolve) => {
        answerOpen = (answer) => {
          inWorker = answer;
          resolve(answer);
        };
      }),
    digits: async () => null,
    decode: (_, fitted) => {
      const { width, height, fit: usual } = inWorker.preprocessing;
      const decoded: Fitted = {
        fit: fitted ?? usual,
        image: new Float32Array(3 * width * height),
        picture: { width, height, channels: 3, data: new Uint8Array(3 * width * height) },
      };
      return new Promise((resolve) => decodes.push({ fit: fitted, answer: () => resolve(decoded) }));
    },
    predict: () => Promise.reject(new Error('this test reads nothing')),
  };
  connect(fake as Engine);
  return { decodes, open: (answer) => answerOpen?.(answer) };
}

/** Lets all that is ready run. */
const settle = () => new Promise((resolve) => setTimeout(resolve));

function forget() {
  for (const one of [model, subject, reading, maps, digits, picture, problems.look]) one.value = null;
  fit.value = 'cover';
  followFit(null);
}

// Files of a project share their modules.
afterAll(() => {
  vi.unstubAllGlobals();
  forget();
});

beforeEach(() => {
  vi.stubGlobal('window', globalThis);
  forget();
  model.value = OLD;
});

test('is fitted as the network says that was opened before it was decoded', async () => {
  const answers = connectFake();
  const opening = openModel({ name: 'new.onnx', bytes: new Uint8Array(0) });
  const shown = showPicture(file);
  answers.open(networkOf('new', 8, 'stretch'));
  await opening;
  answers.decodes[0]!.answer();
  await settle();
  expect(answers.decodes.map((one) => one.fit)).toEqual([null, null]);
  expect(subject.value).toBeNull();
  answers.decodes[1]!.answer();
  await shown;
  expect(subject.value).toMatchObject({ name: 'eagle', origin: 'picture', given: { fit: 'stretch' } });
  expect(fit.value).toBe('stretch');
});

test('is fitted anew into an input of another size, where both networks fit alike', async () => {
  const answers = connectFake();
  const opening = openModel({ name: 'new.onnx', bytes: new Uint8Array(0) });
  const shown = showPicture(file);
  answers.open(networkOf('new', 16));
  await opening;
  answers.decodes[0]!.answer();
  await settle();
  answers.decodes[1]!.answer();
  await shown;
  expect(answers.decodes).toHaveLength(2);
  expect(subject.value?.image).toHaveLength(3 * 16 * 16);
});

test('is fitted once where no network is opened', async () => {
  const answers = connectFake();
  const shown = showPicture(file);
  answers.decodes[0]!.answer();
  await shown;
  expect(answers.decodes).toHaveLength(1);
  expect(subject.value?.image).toHaveLength(3 * 8 * 8);
});

describe('the fit of a link', () => {
  test('is that of the picture which is given to it, and gives way to the visitor', async () => {
    const answers = connectFake();
    followFit('stretch');
    const shown = showPicture(file);
    answers.decodes[0]!.answer();
    await shown;
    expect(answers.decodes.map((one) => one.fit)).toEqual(['stretch']);
    setFit('contain');
    await settle();
    expect(answers.decodes[1]!.fit).toBe('contain');
    expect(askedFit.value).toBe('contain');
  });
  test('holds for the network that is given to it, and not for the next one, which says its own', async () => {
    const answers = connectFake();
    followFit('stretch');
    const opened = async (name: string) => {
      const opening = openModel({ name, bytes: new Uint8Array(0) });
      answers.open(networkOf(name, 8, 'contain'));
      await opening;
      return [fit.value, askedFit.value];
    };
    expect(await opened('one.onnx')).toEqual(['stretch', 'stretch']);
    expect(await opened('two.onnx')).toEqual(['contain', null]);
  });
  test('that centres digits is none for a network that reads others', async () => {
    const answers = connectFake();
    followFit('centre');
    const opening = openModel({ name: 'one.onnx', bytes: new Uint8Array(0) });
    answers.open(networkOf('one', 8));
    await opening;
    expect([fit.value, askedFit.value]).toEqual(['cover', null]);
  });
});

describe('how pixels become numbers is asked before anything is read', () => {
  const shown = (origin: Subject['origin'], array = false): Subject => ({
    image: new Float32Array(192),
    picture: { width: 8, height: 8, channels: 3, data: new Uint8Array(192) },
    name: 'one',
    origin,
    digit: null,
    array,
  });
  test.each(['digit', 'scene', 'drawing', 'picture', 'camera'] as const)('in a %s with a network of which nothing is known', (origin) => {
    model.value = { ...OLD, preset: null, preprocessing: { ...OLD.preprocessing, takesPictures: true } };
    subject.value = shown(origin);
    expect(undecided.value).toBe(true);
    for (const known of [{ preset: 'tf' }, { preset: 'own' }, { preprocessingFound: true }, { shipped: 'digits' }] as const) {
      model.value = { ...OLD, preset: null, ...known };
      expect(undecided.value, JSON.stringify(known)).toBe(false);
    }
  });
  test('and not of an array, which is the input itself', () => {
    model.value = { ...OLD, preset: null, preprocessing: { ...OLD.preprocessing, takesPictures: true } };
    subject.value = shown('picture', true);
    expect(undecided.value).toBe(false);
  });
});

test('a network that reads digits is opened with a digit, whatever was shown before', async () => {
  const seven: Digit = { index: 5, truth: 7, read: 1, group: 'study', pixels: new Uint8Array(784) };
  const preprocessing = resolvePreprocessing([1, 1, 28, 28], {}, {});
  const reader = { ...OLD, shipped: 'digits-naive', preprocessing } as unknown as OpenModel;
  connect({
    open: async () => reader,
    digits: async () => [seven],
    predict: () => Promise.reject(new Error('this test reads nothing')),
  } as unknown as Engine);
  picture.value = file;
  subject.value = {
    image: new Float32Array(192),
    picture: { width: 8, height: 8, channels: 3, data: new Uint8Array(192) },
    name: 'eagle',
    origin: 'picture',
    digit: null,
  };
  await openDigits();
  expect(subject.value).toMatchObject({ origin: 'digit', digit: 5 });
});
