import type { RepairAnswer } from '../../engine/contract/edits.js';
import type { PathAnswer } from '../../engine/contract/maps.js';
import { classInName, stemOf } from '../../lib/file_names.js';
import { save } from '../state/save.js';
import { maps, model, reading, subject } from '../state/signals.js';
import { encodeGif, type Frame } from './encode.js';
import { flipFrames, pathFrames } from './frames.js';

export function savePath(answer: PathAnswer, scale: number): void {
  saveGif(`path-for-${className(reading.value?.class ?? 0)}-${maps.value?.settings.baseline}`, pathFrames(answer, scale));
}

export function saveFlips(answer: RepairAnswer): void {
  saveGif(`flips-to-${className(answer.repair.target)}`, flipFrames(answer));
}

const className = (index: number) => classInName(model.value?.preprocessing.labels, index);

/** Files are named after picture and network, as those of step 5. */
function saveGif(what: string, frames: readonly Frame[]): void {
  const stem = `${subject.value?.name ?? 'picture'}-${stemOf(model.value?.name ?? 'network')}`;
  save({ name: `${stem}-${what}.gif`, type: 'image/gif', bytes: encodeGif(frames) });
}
