import { expect, test } from 'vitest';
import { type Circumstances, composeReport } from '../../../demo/ui/problem/compose.js';
import { DEFAULTS } from '../../../demo/ui/state/signals.js';
import { messageOf } from '../../../src/app.js';
import { PathlightError } from '../../../src/index.js';
import { createEngine, smallModel } from '../engine/host.js';

const BARE: Circumstances = {
  version: '0.1.0',
  browser: 'Chrome/147',
  page: { language: 'es', width: 360, height: 640, pixelRatio: 2, secure: true, webgpu: false },
  model: null,
  settings: DEFAULTS,
  error: null,
  diagnosis: null,
};

test('a report has the shapes of a visitor’s network, and nothing that the visitor named', async () => {
  const engine = createEngine();
  const labels = { name: 'patients.txt', bytes: new TextEncoder().encode(Array.from({ length: 10 }, (_, i) => `patient ${i}`).join('\n')) };
  const model = await engine.open({ ...smallModel(), name: '/home/lovelace/secret.onnx', labels }, new AbortController().signal);
  const report = composeReport({ ...BARE, model });
  expect(report.model).toMatchObject({ shipped: null, input: [1, 1, 28, 28], classes: 10, layers: expect.arrayContaining(['Relu 1x16']) });
  expect(report.device).toMatchObject({ kind: 'cpu', reason: 'page.no-webgpu' });
  const text = JSON.stringify(report);
  for (const named of ['lovelace', 'secret', 'patient', 'image']) expect(text).not.toContain(named);
});

test('of an error it has the code and the numbers, and no name of a file', () => {
  const large = messageOf(new PathlightError('page.large-picture', { size: [10_000, 10_000], megapixels: 100, most: 40 }));
  expect(composeReport({ ...BARE, error: large }).error).toEqual({
    code: 'page.large-picture',
    values: { size: [10_000, 10_000], megapixels: 100, most: 40 },
  });
  const unreadable = messageOf(new PathlightError('page.unreadable-picture', { name: 'ada.png' }));
  expect(composeReport({ ...BARE, error: unreadable }).error).toEqual({ code: 'page.unreadable-picture', values: {} });
});

test('of a defect it has the text, without addresses, paths and quotes', () => {
  const message = 'Failed to fetch https://ada.example/a?b=c, "ada.onnx", /home/ada/x.png, C:\\Users\\ada\\x.png: no x of undefined';
  const { error } = composeReport({ ...BARE, error: { code: 'defect', values: undefined, message } });
  expect(error).toEqual({ code: 'defect', text: 'Failed to fetch … "…", … … no x of undefined' });
});

test('it repeats what the doctor found', () => {
  const said = messageOf(new PathlightError('page.no-webgpu'));
  const adapter = { name: 'SwiftShader', kind: 'software' };
  const examination = { kernels: 3, checks: 4, wrong: [] };
  const diagnosis = { quick: true, adapter, examination, verdict: [said] } as unknown as NonNullable<Circumstances['diagnosis']>;
  expect(composeReport({ ...BARE, diagnosis }).doctor).toEqual({ quick: true, adapter, verdict: [said.message], wrong: [] });
});
