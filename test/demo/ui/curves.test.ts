import { afterAll, beforeEach, expect, test } from 'vitest';
import type { Reading } from '../../../demo/engine/contract/inputs.js';
import type { AttributeRequest, CurvesRequest, MapAnswer } from '../../../demo/engine/contract/maps.js';
import type { Engine } from '../../../demo/engine/contract.js';
import { makeAll } from '../../../demo/ui/all_maps/make.js';
import { curves, measureCurves } from '../../../demo/ui/curves/state.js';
import { allMaps } from '../../../demo/ui/state/all_maps.js';
import { questionsOf } from '../../../demo/ui/state/maps.js';
import { DEFAULTS, maps, type Subject } from '../../../demo/ui/state/signals.js';
import { connect } from '../../../demo/ui/state/tasks.js';
import { BASELINES } from '../../../src/index.js';

// Deletion and insertion curves are of the class that the maps beside them speak for.

const PICTURE: Subject = {
  image: Float32Array.of(0.5),
  picture: { width: 1, height: 1, channels: 1, data: Uint8Array.of(127) },
  name: 'digit-1',
  origin: 'digit',
  digit: 1,
};
const READING: Reading = { class: 1, probabilities: Float64Array.of(0, 0.7, 0.3), logits: Float64Array.of(0, 2, 1) };

const made: AttributeRequest[] = [];
const measured: CurvesRequest[] = [];
/** The map of each request is its number. */
const engine: Pick<Engine, 'attribute' | 'curves'> = {
  attribute: async (request) => {
    made.push(request);
    return { maps: [{ pixels: Float32Array.of(made.length) } as unknown as MapAnswer], scale: 1, cost: null, milliseconds: 0 } as never;
  },
  curves: async (request) => {
    measured.push(request);
    return { deletion: [], insertion: [], deleted: 0, inserted: 0, side: 1 } as never;
  },
};

// Files of a project share their modules.
afterAll(() => {
  for (const one of [maps, allMaps, curves]) one.value = null;
});

beforeEach(() => {
  made.length = 0;
  measured.length = 0;
  connect(engine as Engine);
});

const measureWith = async (shows: number | null) => {
  const list = questionsOf(READING, [1, 2, 0], shows).map((one) => ({ ...one, answer: {} as MapAnswer }));
  maps.value = { subject: PICTURE, reading: READING, settings: DEFAULTS, list, scale: 1, cost: null, milliseconds: 0 } as never;
  await makeAll('baselines');
  await measureCurves(allMaps.value!);
};

test.each([
  ['is misread', 2, { target: 2, contrast: 1 }],
  ['is read right', 1, { target: 1, contrast: 2 }],
  ['shows what nobody has said', null, { target: 1 }],
])('of a picture that %s', async (_, shows, question) => {
  await measureWith(shows);
  expect(new Set(made.map(({ questions }) => JSON.stringify(questions)))).toEqual(new Set([JSON.stringify([question])]));
  expect(curves.value?.question).toEqual(question);
  expect(measured.map(({ target }) => target)).toEqual(new Array(BASELINES.length + 2).fill(question.target));
  // The two controls come first; then each map as it was made, once.
  expect(made).toHaveLength(BASELINES.length);
  expect(measured.slice(2).map(({ map }) => (map as Float32Array)[0])).toEqual(made.map((_, i) => i + 1));
});
