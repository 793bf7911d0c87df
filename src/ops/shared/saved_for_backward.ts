import { type Shape, sizeOf } from '../../tensor/tensor.js';
import type { Binding } from '../operator.js';

/*
 * What forward keeps for backward instead of activations (shaders/lib/gates.wgsl, shaders/lib/codes.wgsl).
 */

/** How a tensor's elements lie in gate words: `channels` planes of `plane` elements. */
export interface GateShape {
  readonly channels: number;
  readonly plane: number;
}

/**
 * Axis 1 of [1, C, ...] are the channels; everything behind it is one plane. Any other tensor (of rank 1, or with more than one row in
 * front) is all channels, with planes of one element.
 */
export function gateShape(shape: Shape): GateShape {
  const [rows, channels, ...plane] = shape;
  if (rows !== 1 || channels === undefined) return { channels: sizeOf(shape), plane: 1 };
  return { channels, plane: sizeOf(plane) };
}

/** Channels a gate word holds: 8 channels x 4 samples are 32 bits. */
export const CHANNELS_A_WORD = 8;

/**
 * The gates of a ReLU's output y: bit 4 (c mod 8) + i of word (c div 8) * plane + p is set where element p of channel c of the quad's
 * sample i is above 0. Elements of channels that do not exist have the bit 0.
 */
export function gatesOf(y: string, shape: Shape): Extract<Binding, { kind: 'saved' }> {
  const { channels, plane } = gateShape(shape);
  return { kind: 'saved', name: `${y}/gates`, words: Math.ceil(channels / CHANNELS_A_WORD) * plane };
}

/** The code of an output element through which no gradient flows: a ReLU after the pool closed it. */
export const CLOSED = 255;

/**
 * The codes of a max-pool's output y: byte i of word e says where element e of the quad's sample i was found in its window, as
 * row * columns + column, or CLOSED. Windows have at most 255 elements.
 */
export function codesOf(y: string, elements: number): Extract<Binding, { kind: 'saved' }> {
  return { kind: 'saved', name: `${y}/codes`, words: elements };
}
