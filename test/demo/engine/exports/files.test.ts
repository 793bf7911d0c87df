import { unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import type { FileRequest } from '../../../../demo/engine/contract.js';
import { attributionRecord, repairRecord } from '../../../../src/app.js';
import { pixelLayout } from '../../../../src/image/preprocessing/preprocess.js';
import { attribute, heatmap, readNpy, repair, sumChannels, toPicture, toValues } from '../../../../src/index.js';
import { decodePicture } from '../../../../src/node/index.js';
import { createEngine, shippedSession, studyDigit } from '../host.js';

// What can be taken away, beside what the command line writes for the same request.

const engine = createEngine();
const session = await shippedSession('digits-naive');
const seven = await studyDigit(session, '7-read-as-1.png');
const never = new AbortController().signal;
await engine.open({ shipped: 'digits-naive' }, never);

const SETTINGS = { method: 'ig', steps: 16, rule: 'gauss-legendre', baseline: 'white', output: 'logit' } as const;
const [expected] = await attribute(session, seven, { ...SETTINGS, target: 7, contrast: 1 });
const request = (kind: FileRequest['kind'], index = 1): FileRequest => ({
  ...SETTINGS,
  kind,
  index,
  image: seven,
  questions: [{ target: 1 }, { target: 7, contrast: 1 }],
  scale: 2,
  model: 'digits-naive.onnx',
  input: 'digit-1260.png',
  truth: 7,
});
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
/** Without what differs from run to run. */
const timeless = (record: unknown) => JSON.parse(JSON.stringify(record, (key, value) => (/milliseconds/i.test(key) ? 0 : value)));

const DEVICE = { kind: 'cpu', adapter: 'float64 reference' } as const;

describe('of a map', () => {
  test("result.json is the command line's", async () => {
    const { name, type, bytes } = await engine.file(request('result'), never);
    expect([name, type]).toEqual(['result.json', 'application/json']);
    const record = attributionRecord(session, expected!, {
      ...SETTINGS,
      model: 'digits-naive.onnx',
      input: 'digit-1260.png',
      image: seven,
      device: DEVICE,
      method: 'ig',
      total: 0,
    });
    expect(timeless(JSON.parse(text(bytes)))).toEqual(timeless(record));
    expect(text(bytes)).toMatch(/^\{\n {2}"model": "digits-naive.onnx",\n {2}"input"/);
  });

  test('the array is the map', async () => {
    const { name, bytes } = await engine.file(request('npy'), never);
    expect(name).toBe('digit-1260-for-7-minus-1.npy');
    expect(readNpy(bytes)).toMatchObject({ shape: [1, 1, 28, 28], data: expected!.values });
  });

  test("the PNG has the colours of the page's scale", async () => {
    const { bytes } = await engine.file(request('png'), never);
    const map = sumChannels(expected!.values, pixelLayout(session.preprocessing));
    expect((await decodePicture(bytes)).picture).toEqual(heatmap(map, 28, 28, { scale: 2 }));
  });

  test('the SVG has the same squares', async () => {
    const svg = text((await engine.file(request('svg'), never)).bytes);
    expect(svg).toContain('<title>Which pixels speak for (red) and against (blue) the logit of 7 minus that of 1, read as 1</title>');
    const { data } = heatmap(sumChannels(expected!.values, pixelLayout(session.preprocessing)), 28, 28, { scale: 2, factor: 1 });
    const drawn = new Uint8Array(28 * 28 * 3);
    for (const [, colour, path] of svg.matchAll(/<path fill="#(\w{6})" d="([^"]*)"/g)) {
      for (const [, x, y, run] of path!.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
        for (let i = 0; i < Number(run); i++) {
          drawn.set(
            [0, 2, 4].map((at) => Number.parseInt(colour!.slice(at, at + 2), 16)),
            3 * (28 * Number(y) + Number(x) + i),
          );
        }
      }
    }
    expect(drawn).toEqual(data);
  });

  test('that was not asked for there is none', async () => {
    await expect(engine.file(request('png', 2), never)).rejects.toThrow('map 2 of 2');
  });
});

describe('of a repair', () => {
  test('there is nothing before one was run on this picture', async () => {
    await expect(engine.file(request('report'), never)).rejects.toThrow('no repair of this picture was run (run one first)');
  });

  test("result.json is the command line's, and the report tells the same", async () => {
    const asked = { image: seven, target: 7, strategy: 'contrast', baseline: 'zero', steps: 64, rule: 'midpoint' } as const;
    await engine.repair(asked, never);
    const result = await repair(session, seven, { target: 7, strategy: 'contrast' });
    const { bytes } = await engine.file(request('repair'), never);
    const record = repairRecord(session, result, { model: 'digits-naive.onnx', input: 'digit-1260.png', device: DEVICE });
    expect(timeless(JSON.parse(text(bytes)))).toEqual(timeless(record));
    const report = text((await engine.file(request('report'), never)).bytes);
    expect(report).toContain('A <b>7</b>, read as <b>1</b>; after the edit, as <b>7</b>.');
    expect(report).toContain(`<dt>Pixels changed</dt><dd>${result.changedPixels}</dd>`);
  });

  test('another picture has none', async () => {
    const other = { ...request('repair'), image: seven.map((value) => 1 - value) };
    await expect(engine.file(other, never)).rejects.toThrow('no repair of this picture was run');
  });

  test('everything is in the archive, and the picture in it is the input', async () => {
    const { name, bytes } = await engine.file(request('zip'), never);
    expect(name).toBe('digit-1260.zip');
    const files = unzipSync(bytes);
    const maps = ['for-1', 'for-7-minus-1'].flatMap((folder) =>
      ['attribution.npy', 'heatmap.png', 'heatmap.svg', 'overlay.png', 'result.json'].map((file) => `${folder}/${file}`),
    );
    const repairs = ['attribution.npy', 'comparison.png', 'edited.npy', 'edited.png', 'report.html', 'result.json'];
    expect(Object.keys(files).sort()).toEqual(
      ['commands.txt', 'digit-1260.png', ...maps, ...repairs.map((file) => `repair/${file}`)].sort(),
    );
    expect(toValues((await decodePicture(files['digit-1260.png']!)).picture, session.preprocessing)).toEqual(seven);
    expect((await decodePicture(files['repair/edited.png']!)).picture).toEqual(
      toPicture(readNpy(files['repair/edited.npy']!).data as Float32Array, session.preprocessing),
    );
  });
});

describe('the command', () => {
  const asked = { ...SETTINGS, model: 'digits-naive.onnx', input: 'digit-1260.png' };

  test('names what is not a default', async () => {
    expect(await engine.command({ ...asked, question: { target: 7, contrast: 1 } }, never)).toBe(
      'npx pathlight attribute models/digits-naive.onnx digit-1260.png --target 7 --contrast 1 --steps 16 --rule gauss-legendre --baseline white --out out',
    );
    expect(await engine.command({ ...asked, steps: 64, rule: 'midpoint', baseline: 'zero', question: { target: 1 } }, never)).toBe(
      'npx pathlight attribute models/digits-naive.onnx digit-1260.png --target 1 --out out',
    );
  });

  test('names the method, and of the settings those that it reads', async () => {
    const command = (method: 'guided-ig' | 'blur-ig' | 'occlusion') =>
      engine.command({ ...asked, method, question: { target: 7 } }, never).then((text) => text.replace(/^.* --target 7 /, ''));
    expect(await command('guided-ig')).toBe('--method guided-ig --steps 16 --baseline white --out out');
    expect(await command('blur-ig')).toBe('--method blur-ig --steps 16 --out out');
    expect(await command('occlusion')).toBe('--method occlusion --baseline white --out out');
  });

  test('has no rule where there is none, and quotes what shells would split', async () => {
    expect(await engine.command({ ...asked, steps: 'exact', input: "it's a 7.png", output: 'raw', question: { target: 7 } }, never)).toBe(
      "npx pathlight attribute models/digits-naive.onnx 'it'\\''s a 7.png' --target 7 --steps exact --baseline white --output raw --out out",
    );
  });
});
