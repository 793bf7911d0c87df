import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { PLACE_NAMES } from './places.js';
import { render, SIDE } from './render.js';
import { SETS, sceneOf } from './sets.js';
import { THING_NAMES } from './things.js';

/**
 * `npm run scenes -- FOLDER [SET...]` writes what models/train/scenes.py reads, bytes without a header: SET.images, [N][64][64][3] red, green, blue;
 * SET.cover, [N][64][64], 255 where a pixel shows the thing; SET.labels, [N][2], the indices of thing and place.
 */
function main([folder, ...names]: string[]): void {
  if (folder === undefined) throw new Error('no folder (npm run scenes -- FOLDER would be right)');
  mkdirSync(folder, { recursive: true });
  for (const set of SETS.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const files = ['images', 'cover', 'labels'].map((kind) => openSync(join(folder, `${set.name}.${kind}`), 'w'));
    for (let i = 0; i < set.count; i++) {
      const scene = sceneOf(set, i);
      const { picture, cover } = render(scene);
      const labels = Uint8Array.of(THING_NAMES.indexOf(scene.thing), PLACE_NAMES.indexOf(scene.place));
      for (const [file, bytes] of [picture.data, cover, labels].entries()) writeSync(files[file]!, bytes);
    }
    for (const file of files) closeSync(file);
    console.log(`${set.name}: ${set.count} pictures of ${SIDE} x ${SIDE}`);
  }
}

main(process.argv.slice(2));
