import type { PathAnswer, RepairAnswer } from '../../engine/contract.js';
import { save } from '../state/save.js';
import { subject } from '../state/signals.js';
import { encodeGif, type Frame } from './encode.js';
import { flipFrames, pathFrames } from './frames.js';

export function savePath(answer: PathAnswer, scale: number): void {
  saveGif('path', pathFrames(answer, scale));
}

export function saveFlips(answer: RepairAnswer): void {
  saveGif(`flips-to-${answer.repair.target}`, flipFrames(answer));
}

function saveGif(what: string, frames: readonly Frame[]): void {
  save({ name: `${subject.value?.name ?? 'picture'}-${what}.gif`, type: 'image/gif', bytes: encodeGif(frames) });
}
