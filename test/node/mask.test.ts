import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { attribute } from '../../src/api/attribute.js';
import { createSession } from '../../src/api/session.js';
import { shapley } from '../../src/attribution/methods/sampling/shapley.js';
import { readImages } from '../../src/cli/method_flags.js';
import { gridPatches } from '../../src/image/patches.js';
import { createPicture } from '../../src/image/picture.js';
import { encodePng } from '../../src/node/codec.js';
import { readMask } from '../../src/node/mask.js';
import { writeNpy } from '../../src/tensor/npy.js';
import { buildModel } from '../support/onnx_builder.js';
import { residualModel } from '../support/residual_network.js';

const folder = mkdtempSync(join(tmpdir(), 'pathlight-mask-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Blocks of 2 x 2 pixels of 6 x 6, each in a colour of its own, enlarged `times` times. */
async function writeBlocks(name: string, times: number, colourOf = (label: number) => [label, 255 - label, 7]): Promise<string> {
  const { labels } = gridPatches(6, 6, 2);
  const side = 6 * times;
  const data = Uint8Array.from({ length: side * side * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    const [row, column] = [Math.floor(pixel / side / times), Math.floor((pixel % side) / times)];
    return colourOf(labels[row * 6 + column] ?? 0)[i % 3] ?? 0;
  });
  const path = join(folder, name);
  writeFileSync(path, await encodePng(createPicture(side, side, 3, data)));
  return path;
}

describe('a mask from a file', async () => {
  // Its input has two channels, so it takes arrays alone. Masks are pictures all the same.
  const session = await createSession(buildModel(residualModel));
  const { preprocessing } = session;
  const image = Float32Array.from({ length: 72 }, (_, i) => Math.sin(i));
  const explain = async (patch: number | { readonly mask: Float64Array }) =>
    (await attribute(session, image, { method: 'shapley', samples: 512, patch, target: 0 }))[0];

  test('gives what the same blocks give, whatever its size', async () => {
    const expected = await explain(2);
    for (const times of [1, 3]) {
      const { values, parameters } = await explain({ mask: await readMask(await writeBlocks(`${times}.png`, times), preprocessing) });
      expect(values).toEqual(expected.values);
      expect(parameters).toMatchObject({ patches: 9, exact: true });
    }
  });

  test('is an option of the command line where other values are sizes', async () => {
    const mask = await readMask(await writeBlocks('flag.png', 1), preprocessing);
    expect(await readImages(shapley, { method: 'shapley', patch: join(folder, 'flag.png') }, preprocessing)).toEqual({ patch: { mask } });
    expect(await readImages(shapley, { method: 'shapley', patch: '2' }, preprocessing)).toEqual({});
  });

  test('may be an array of rows and columns', async () => {
    const path = join(folder, 'labels.npy');
    writeFileSync(path, writeNpy(Float32Array.from(gridPatches(6, 6, 3).labels), [6, 6]));
    expect([...(await readMask(path, preprocessing))]).toEqual([...gridPatches(6, 6, 3).labels]);
    writeFileSync(path, writeNpy(new Float32Array(35), [5, 7]));
    await expect(readMask(path, preprocessing)).rejects.toThrow(`${path}: a mask of 5x7 (6x6, rows and columns of the model's input)`);
  });

  test('has at most 1,000 colours; more are a photograph', async () => {
    const large = { ...preprocessing, width: 40, height: 40 };
    const data = Uint8Array.from({ length: 4800 }, (_, i) => (i % 3 === 0 ? Math.floor(i / 3 / 256) : i % 3 === 1 ? (i / 3) % 256 : 0));
    const path = join(folder, 'photograph.png');
    writeFileSync(path, await encodePng(createPicture(40, 40, 3, data)));
    await expect(readMask(path, large)).rejects.toThrow(
      '1600 colours as a mask (one colour for each patch, at most 1000, saved without loss)',
    );
  });

  test('has as many numbers as the image has pixels, and no number that is none', async () => {
    await expect(explain({ mask: new Float64Array(35) })).rejects.toThrow('a mask of 35 numbers (36, one for each pixel)');
    await expect(explain({ mask: new Float64Array(36).fill(Number.NaN, 4, 5) })).rejects.toThrow('the mask holds NaN at pixel 4');
  });
});
