import { unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import type { FileRequest } from '../../../../demo/engine/contract/files.js';
import { es, sayInSpanish } from '../../../../demo/ui/i18n/spanish_texts.js';
import { type ReportAbout, repairReport } from '../../../../demo/ui/report/repair_report.js';
import { attributionRecord, repairMap, repairRecord } from '../../../../src/app.js';
import { filesOf } from '../../../../src/cli/commands/repair.js';
import { picturesOf } from '../../../../src/cli/pictures.js';
import { pixelLayout } from '../../../../src/image/preprocessing/preprocess.js';
import { attribute, heatmap, readNpy, repair, sumChannels, toPicture, toValues } from '../../../../src/index.js';
import { decodePicture, encodePng } from '../../../../src/node/index.js';
import { createEngine, shippedSession, smallModel, studyDigit } from '../host.js';

// What can be taken away, beside what the command line writes for the same request.

const engine = createEngine();
const session = await shippedSession('digits-naive');
const seven = await studyDigit(session, '7-read-as-1.png');
const never = new AbortController().signal;
await engine.open({ shipped: 'digits-naive' }, never);

const SETTINGS = { method: 'ig', steps: 16, rule: 'gauss-legendre', baseline: 'white', output: 'logit' } as const;
const [expected] = await attribute(session, seven, { ...SETTINGS, target: 7, contrast: 1 });
const map = sumChannels(expected!.values, pixelLayout(session.preprocessing));
/** The largest |value|: that of the command line for pictures of digits. */
const scale = Math.max(...map.map(Math.abs));
const request = (kind: FileRequest['kind'], index = 1): FileRequest => ({
  ...SETTINGS,
  kind,
  index,
  image: seven,
  questions: [{ target: 1 }, { target: 7, contrast: 1 }],
  model: 'digits-naive.onnx',
  input: 'digit-1260.png',
  repaired: true,
});
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
/** Without what differs from run to run. */
const timeless = (record: unknown) => JSON.parse(JSON.stringify(record, (key, value) => (/milliseconds/i.test(key) ? 0 : value)));

const ABOUT = { model: 'digits-naive.onnx', input: 'digit-1260.png', truth: 7 } as const;
const ENGLISH: ReportAbout = {
  ...ABOUT,
  language: 'en',
  say: ({ message }) => [{ text: message, english: true }],
  strategyName: (name) => name,
};
const SPANISH: ReportAbout = {
  ...ABOUT,
  language: 'es',
  say: sayInSpanish,
  strategyName: (name) => es.fix.strategies[name as 'contrast'],
};
const DEVICE = { kind: 'cpu', adapter: 'float64 reference' } as const;

describe('of a map', () => {
  test("result.json is the command line's", async () => {
    const { name, type, bytes } = await engine.file(request('result'), never);
    expect([name, type]).toEqual(['digit-1260-digits-naive-for-7-minus-1-ig-white-result.json', 'application/json']);
    const record = attributionRecord(session, expected!, {
      ...SETTINGS,
      model: 'digits-naive.onnx',
      input: 'digit-1260.png',
      image: seven,
      device: DEVICE,
      method: 'ig',
      total: 0,
      quantised: null,
      colours: { percentile: 100, scale, shared: false },
    });
    expect(timeless(JSON.parse(text(bytes)))).toEqual(timeless(record));
    expect(text(bytes)).toMatch(/^\{\n {2}"model": "digits-naive.onnx",\n {2}"input"/);
  });

  test('the array is the map', async () => {
    const { name, bytes } = await engine.file(request('npy'), never);
    expect(name).toBe('digit-1260-digits-naive-for-7-minus-1-ig-white.npy');
    expect(readNpy(bytes)).toMatchObject({ shape: [1, 1, 28, 28], data: expected!.values });
  });

  test('the PNG has the bytes of the command line, whatever scale the maps share on the page', async () => {
    const { bytes } = await engine.file(request('png'), never);
    expect(bytes).toEqual(await encodePng(heatmap(map, 28, 28, { scale })));
  });

  test('the SVG has the same squares', async () => {
    const svg = text((await engine.file(request('svg'), never)).bytes);
    expect(svg).toContain('<title>Which pixels speak for (red) and against (blue) the logit of 7 minus that of 1, read as 1</title>');
    const { data } = heatmap(map, 28, 28, { scale, factor: 1 });
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

test('files that are asked for at once all come, each with a name of its own', async () => {
  const kinds = ['png', 'svg', 'npy', 'result'] as const;
  const files = await Promise.all(kinds.flatMap((kind) => [0, 1].map((index) => engine.file(request(kind, index), never))));
  expect(new Set(files.map(({ name }) => name)).size).toBe(8);
});

test('maps of other methods and baselines have other names; of a method without a baseline there is none in the name', async () => {
  const nameOf = async (settings: Partial<FileRequest>) =>
    (await engine.file({ ...request('png'), rule: 'midpoint', ...settings }, never)).name;
  expect(await nameOf({ method: 'saliency', steps: 1 })).toBe('digit-1260-digits-naive-for-7-minus-1-saliency.png');
  expect(await nameOf({ baseline: 'black' })).toBe('digit-1260-digits-naive-for-7-minus-1-ig-black.png');
});

test('classes whose names have the same letters have folders of their own', async () => {
  const labels = ['+1', '-1', 'one', 'One', 'e', 'f', 'g', 'h', 'i', 'j'];
  await engine.open({ ...smallModel(), sideFile: JSON.stringify({ labels }) }, never);
  const questions = [{ target: 0 }, { target: 1 }, { target: 2 }, { target: 3 }, { target: 4 }];
  const { bytes } = await engine.file({ ...request('zip', 0), rule: 'midpoint', questions, repaired: false }, never);
  const folders = new Set(Object.keys(unzipSync(bytes)).flatMap((name) => (name.includes('/') ? [name.split('/')[0]] : [])));
  expect([...folders]).toEqual(['for--1-0', 'for--1-1', 'for-one-2', 'for-One-3', 'for-e']);
  await engine.open({ shipped: 'digits-naive' }, never);
});

describe('of a repair', () => {
  test('there is nothing before one was run on this picture', async () => {
    await expect(engine.report(request('repair'), never)).rejects.toThrow('no repair of this picture was run (run one first)');
  });

  test("result.json is the command line's, and the report tells the same", async () => {
    const asked = { image: seven, target: 7, strategy: 'contrast', baseline: 'zero', steps: 64, rule: 'midpoint' } as const;
    await engine.repair(asked, never);
    const result = await repair(session, seven, { target: 7, strategy: 'contrast' });
    const { name, bytes } = await engine.file(request('repair'), never);
    expect(name).toBe('digit-1260-digits-naive-repair-result.json');
    const record = repairRecord(session, result, { model: 'digits-naive.onnx', input: 'digit-1260.png', device: DEVICE });
    expect(timeless(JSON.parse(text(bytes)))).toEqual(timeless(record));
    const facts = await engine.report(request('repair'), never);
    expect(facts.name).toBe('digit-1260-digits-naive-report.html');
    const report = repairReport(facts, ENGLISH);
    expect(report).toContain('A <b>7</b>, read as <b>1</b>; after the edit, as <b>7</b>.');
    expect(report).toContain(`<dt>Pixels changed</dt><dd>${result.changedPixels}</dd>`);
    expect(report).toContain('was found by attribution (contrast): a map put the pixels in an order');
    expect(report).toContain('A small edit is adversarial');
    expect(report).toContain('<html lang="en">');
    const spanish = repairReport(facts, SPANISH);
    expect(spanish).toContain('Es <b>7</b> y se lee como <b>1</b>; después del cambio, como <b>7</b>.');
    expect(spanish).toContain(`<dt>Píxeles cambiados</dt><dd>${result.changedPixels}</dd>`);
    expect(spanish).toContain('<html lang="es">');
    expect(spanish).toMatch(/<span class="share">\d+,\d %<\/span>/);
    // What stands between tags is not what the English report says there, but for numbers, names of files and of the device.
    const said = (html: string) =>
      new Set([...html.replace(/<style>.*?<\/style>/s, '').matchAll(/>([^<>]*[a-z]{4}[^<>]*)</g)].map(([, words]) => words!.trim()));
    const both = [...said(spanish)].filter((words) => said(report).has(words));
    expect(both.filter((words) => !/^(Pathlight|Original)$/.test(words))).toEqual([]);
  });

  test('the report of an edit that was found by trying gives no credit to attribution', async () => {
    const greedy = { image: seven, target: 7, strategy: 'greedy', baseline: 'zero', steps: 64, rule: 'midpoint' } as const;
    await engine.repair(greedy, never);
    const facts = await engine.report(request('repair'), never);
    const report = repairReport(facts, ENGLISH);
    expect(report).toContain('was found by trying, not by attribution (greedy)');
    expect(report).toContain('The map that is shown took no part in the search.');
    const spanish = repairReport(facts, SPANISH);
    expect(spanish).toContain('se halló probando, no por atribución');
    expect(spanish).toContain('El mapa que se enseña no intervino en la búsqueda.');
    await engine.repair({ ...greedy, strategy: 'contrast' }, never);
  });

  test('another picture has none', async () => {
    const other = { ...request('repair'), image: seven.map((value) => 1 - value) };
    await expect(engine.file(other, never)).rejects.toThrow('no repair of this picture was run');
  });

  test('everything is in the archive, and the picture in it is the input', async () => {
    const { name, bytes } = await engine.file({ ...request('zip'), report: '<!doctype html>' }, never);
    expect(name).toBe('digit-1260-digits-naive.zip');
    const files = unzipSync(bytes);
    const maps = ['for-1', 'for-7-minus-1'].flatMap((folder) =>
      ['attribution.npy', 'heatmap.png', 'heatmap.svg', 'overlay.png', 'result.json'].map((file) => `${folder}/${file}`),
    );
    const repairs = ['attribution.npy', 'comparison.png', 'edited.npy', 'edited.png', 'report.html', 'result.json'];
    expect(Object.keys(files).sort()).toEqual(
      ['commands.txt', 'digit-1260.png', ...maps, ...repairs.map((file) => `repair/${file}`)].sort(),
    );
    // A repair that the page has forgotten, since a setting or the wanted class was changed, is not among the maps of the new settings.
    const forgotten = unzipSync((await engine.file({ ...request('zip'), repaired: false }, never)).bytes);
    expect(Object.keys(forgotten).sort()).toEqual(['commands.txt', 'digit-1260.png', ...maps].sort());
    await expect(engine.report({ ...request('repair'), repaired: false }, never)).rejects.toThrow('no repair of this picture was run');
    expect(toValues((await decodePicture(files['digit-1260.png']!)).picture, session.preprocessing)).toEqual(seven);
    expect((await decodePicture(files['repair/edited.png']!)).picture).toEqual(
      toPicture(readNpy(files['repair/edited.npy']!).data as Float32Array, session.preprocessing),
    );
    // Pictures are the command line's, byte by byte.
    const picture = toPicture(seven, session.preprocessing);
    const pictures = await picturesOf({ picture }, map, scale, undefined);
    for (const file of ['heatmap.png', 'overlay.png']) expect(files[`for-7-minus-1/${file}`], file).toEqual(pictures[file]);
    const result = await repair(session, seven, { target: 7, strategy: 'contrast' });
    const attribution = await repairMap(session, seven, 'contrast', { target: 7, baseline: 'zero', steps: 64, rule: 'midpoint' });
    const record = repairRecord(session, result, { model: 'digits-naive.onnx', input: 'digit-1260.png', device: DEVICE });
    const edits = await filesOf(session, { picture }, { repair: result, map: 'contrast', attribution }, record);
    for (const file of ['edited.png', 'comparison.png', 'edited.npy', 'attribution.npy']) {
      expect(files[`repair/${file}`], file).toEqual(edits[file]);
    }
  });
});

test("the archive has the picture that its commands name: the visitor's own file, or the input as an array", async () => {
  const bytes = Uint8Array.of(1, 2, 3);
  const own = { ...request('zip'), repaired: false, input: 'eagle.jpg', file: new Blob([bytes]), fit: 'contain' } as const;
  const ofOwn = unzipSync((await engine.file(own, never)).bytes);
  expect(ofOwn['eagle.jpg']).toEqual(bytes);
  expect(text(ofOwn['commands.txt']!)).toContain(
    ' eagle.jpg --target 7 --contrast 1 --steps 16 --rule gauss-legendre --baseline white --fit contain ',
  );
  const ofArray = unzipSync((await engine.file({ ...request('zip'), repaired: false, input: 'eagle.npy' }, never)).bytes);
  expect(readNpy(ofArray['eagle.npy']!)).toMatchObject({ shape: session.preprocessing.shape, data: seven });
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
