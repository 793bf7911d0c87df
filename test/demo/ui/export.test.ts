import { afterAll, beforeEach, expect, test } from 'vitest';
import type { OpenModel } from '../../../demo/engine/contract/models.js';
import type { Engine } from '../../../demo/engine/contract.js';
import { command, download, savings } from '../../../demo/ui/state/export.js';
import { DEFAULTS, type Maps, maps, model, problems, type Subject } from '../../../demo/ui/state/signals.js';
import { connect } from '../../../demo/ui/state/tasks.js';
import { resolvePreprocessing } from '../../../src/app.js';

// Files that are being made: each is named at the button until it is there, and can be ended.

const PICTURE: Subject = {
  image: new Float32Array(784),
  picture: { width: 28, height: 28, channels: 1, data: new Uint8Array(784) },
  name: 'digit-1',
  origin: 'digit',
  digit: 1,
};

/** Rejects with what the test says, or as a request that is ended. */
const fails: ((error: Error) => void)[] = [];
const engine: Pick<Engine, 'command' | 'file'> = {
  command: async ({ input }) => `npx pathlight attribute ${input}`,
  file: (_, signal) =>
    new Promise((_, reject) => {
      fails.push(reject);
      signal.addEventListener('abort', () => reject(signal.reason));
    }),
};

const forget = () => {
  maps.value = null;
  model.value = null;
  problems.export.value = null;
  command.value = '';
};
afterAll(forget);
beforeEach(() => {
  forget();
  connect(engine as Engine);
  model.value = { name: 'digits.onnx', preprocessing: resolvePreprocessing([1, 1, 28, 28], {}, {}) } as unknown as OpenModel;
  maps.value = { subject: PICTURE, settings: DEFAULTS, list: [{ head: 'predicted', question: { target: 1 } }] } as unknown as Maps;
});

test('two are made at once, one is ended and the other fails: only the failure is told', async () => {
  const ended = download('zip', 0);
  const failed = download('png', 0);
  expect(savings.value.map(({ kind }) => kind)).toEqual(['zip', 'png']);
  savings.value[0]!.stop();
  await ended;
  expect(savings.value.map(({ kind }) => kind)).toEqual(['png']);
  expect(problems.export.value).toBeNull();
  fails[1]!(new Error('no space'));
  await failed;
  expect(savings.value).toEqual([]);
  expect(problems.export.value).toMatchObject({ engine: { message: 'no space' } });
});

test('the command names the picture as it is saved', async () => {
  await new Promise((resolve) => setTimeout(resolve));
  expect(command.value).toBe('npx pathlight attribute digit-1.png');
});
