import type { Said } from '../../../src/app.js';
import { attribute, type DeviceSource, fitPicture, type Picture, pixelLayout, type Session, toValues } from '../../../src/index.js';
import type { CompareAnswer, CompareRequest } from '../contract/maps.js';
import type { ModelSource, OpenModel, UndecidedNetwork } from '../contract/models.js';
import type { Shipped } from '../inputs/shipped.js';
import { mapAnswer, readInput, settingsOf } from './answers.js';
import { type Opened, openModel } from './open_model.js';
import { tryPresets } from './presets.js';

/** A model beside the one that is open, to compare the two. It stays open, since several pictures are compared with it. */
export class SecondModel {
  /** What `#opened` was made from. */
  #source: ModelSource | undefined;
  #opened: Opened | undefined;

  constructor(
    private readonly shipped: Shipped,
    private readonly device: DeviceSource | Said,
  ) {}

  /** What the model makes of a picture; or, where nobody has said how pixels become its numbers, what it reads with every preset. */
  async compare(request: CompareRequest, signal: AbortSignal): Promise<CompareAnswer | UndecidedNetwork> {
    const { other, question, picture, edited, steps } = request;
    const { session, fallback, summary } = await this.#open(other, signal);
    try {
      const { preprocessing } = session;
      const shown = fitted(picture, session);
      const image = toValues(shown, preprocessing);
      if (isUndecided(summary)) {
        const presets = await tryPresets(session, shown, preprocessing.fit, () => {}, signal);
        return { name: summary.name, labels: preprocessing.labels ?? null, presets };
      }
      const work = fallback?.forGradients(typeof steps === 'number' ? steps : 0) ?? session;
      const [result] = await attribute(work, image, {
        target: question.target,
        ...(question.contrast !== undefined && { contrast: question.contrast }),
        ...settingsOf(request),
        signal,
      });
      return {
        name: summary.name,
        labels: preprocessing.labels ?? null,
        reading: await readInput(work, image, signal),
        map: mapAnswer(result, pixelLayout(preprocessing)),
        picture: shown,
        editedReading: edited === null ? null : await readInput(work, toValues(fitted(edited, session), preprocessing), signal),
      };
    } catch (error) {
      // Its device may be lost. The next comparison opens it again.
      await this.#close();
      throw error;
    }
  }

  async #open(source: ModelSource, signal: AbortSignal): Promise<Opened> {
    if (this.#opened !== undefined && this.#source !== undefined && isSameSource(this.#source, source)) return this.#opened;
    const opened = await openModel(source, this.shipped, this.device, signal);
    await this.#close();
    this.#source = source;
    this.#opened = opened;
    return opened;
  }

  async #close(): Promise<void> {
    const before = this.#opened;
    this.#opened = undefined;
    await before?.session.destroy();
  }
}

/** As `undecided` of the page (demo/ui/state/signals.ts) for the model that is open. */
function isUndecided({ shipped, preset, preprocessingFound, preprocessing }: OpenModel): boolean {
  return shipped === null && preset === null && !preprocessingFound && preprocessing.takesPictures;
}

/** Whether two sources give the same network, prepared in the same way. Files of one name and length may be two trainings of one network. */
export function isSameSource(one: ModelSource, other: ModelSource): boolean {
  if ('shipped' in one || 'shipped' in other) return 'shipped' in one && 'shipped' in other && one.shipped === other.shipped;
  const { bytes, data = [], labels, ...settings } = one;
  const { bytes: otherBytes, data: otherData = [], labels: otherLabels, ...otherSettings } = other;
  const isSameFile = (file: (typeof data)[number], index: number) => {
    const found = otherData[index];
    return found?.name === file.name && found.file.size === file.file.size && changedAt(found.file) === changedAt(file.file);
  };
  return (
    isSameBytes(bytes, otherBytes) &&
    data.length === otherData.length &&
    data.every(isSameFile) &&
    labels?.name === otherLabels?.name &&
    isSameBytes(labels?.bytes ?? NONE, otherLabels?.bytes ?? NONE) &&
    toKey(settings) === toKey(otherSettings)
  );
}

const NONE = new Uint8Array();

function isSameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

/** Weights in files of their own are not read to compare them. */
function changedAt(file: Blob): number | undefined {
  return file instanceof File ? file.lastModified : undefined;
}

function toKey(settings: object): string {
  return JSON.stringify(Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The picture as a model takes it. One that has its size is left as it is. */
function fitted(picture: Picture, { preprocessing }: Session): Picture {
  const { width, height, channels } = preprocessing;
  const fits = picture.width === width && picture.height === height && picture.channels === channels;
  return fits ? picture : fitPicture(picture, preprocessing).picture;
}
