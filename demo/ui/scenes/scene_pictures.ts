import list from '../../../models/scenes/pictures.json';
import { PathlightError } from '../../../src/index.js';
import { present } from '../../lib/present.js';

/** One of the rendered pictures of models/scenes. */
export interface ScenePicture {
  /** Thing and place, as in `car-meadow`. */
  readonly name: string;
  readonly thing: string;
  readonly url: string;
  /** What each network reads: labels. */
  readonly read: (typeof list.pictures)[number]['read'];
}

const urls = import.meta.glob<string>('../../../models/scenes/*.png', { query: '?url', import: 'default', eager: true });

export const SCENES: readonly ScenePicture[] = list.pictures.map(({ file, thing, read }) => ({
  name: file.replace(/\.png$/, ''),
  thing,
  url: present(urls[`../../../models/scenes/${file}`], `the address of ${file}`),
  read,
}));

/** Loads the file of a picture. */
export async function loadScene({ name, url }: ScenePicture, signal: AbortSignal): Promise<Blob> {
  const model = `${name}.png`;
  const response = await fetch(url, { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new PathlightError('page.not-loaded', { model, detail: (error as Error).message });
  });
  if (!response.ok) throw new PathlightError('page.not-loaded', { model, detail: `${response.status} ${response.statusText}` });
  return await response.blob();
}
