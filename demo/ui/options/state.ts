import { signal } from '@preact/signals';
import type { LayerChoice } from '../../engine/contract/models.js';
import { FROM_FILES, type OptionFiles } from '../../lib/options.js';
import { present } from '../../lib/present.js';
import { fit } from '../state/input.js';
import { changeSettings } from '../state/settings.js';
import { optionFiles, problems, settings } from '../state/signals.js';
import { attempt, createLatest, engine } from '../state/tasks.js';

/** The layers of the open network that methods can look at; null before they are known. */
export const layerChoice = signal<LayerChoice | null>(null);

const asked = createLatest();
const reads = createLatest();

/** Sets options of methods. An empty text is the default. */
export function setOptions(texts: Readonly<Record<string, string>>): void {
  const all = Object.entries({ ...settings.value.options, ...texts });
  changeSettings({ options: Object.fromEntries(all.filter(([, text]) => text !== '')) });
}

/** Sets an option to a mask from one file, or to images from several. */
export async function setOptionFiles(name: string, kind: 'mask' | 'images', files: readonly File[]): Promise<void> {
  if (files.length === 0) return;
  const signalOf = reads.next();
  const value = await attempt(problems.why, signalOf, async (): Promise<OptionFiles['value']> => {
    if (kind === 'mask') return { mask: await engine().mask(present(files[0], 'a file'), fit.value, signalOf) };
    const images: Float32Array[] = [];
    for (const file of files) images.push((await engine().decode(file, fit.value, signalOf)).image);
    return images;
  });
  if (value === undefined) return;
  optionFiles.value = { ...optionFiles.value, [name]: { names: files.map((file) => file.name), value } };
  setOptions({ [name]: FROM_FILES });
}

/** Asks for the layers of the open network. */
export async function askForLayers(): Promise<void> {
  const signalOf = asked.next();
  layerChoice.value = null;
  layerChoice.value = (await attempt(problems.why, signalOf, () => engine().layers(signalOf))) ?? null;
}
