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
 * The channels are axis 1 of [1, C, ...], and the axes after it make one plane. In any other tensor (of rank 1, or with more than one row
 * in front) every element is a channel, with a plane of one element.
 */
export function gateShape(shape: Shape): GateShape {
  const [rows, channels, ...plane] = shape;
  if (rows !== 1 || channels === undefined) return { channels: sizeOf(shape), plane: 1 };
  return { channels, plane: sizeOf(plane) };
}

/** Channels in a gate word: 8 channels x 4 samples are 32 bits. */
export const CHANNELS_A_WORD = 8;

/**
 * The gates of a ReLU's output y: bit 4 (c mod 8) + i of word (c div 8) * plane + p is set where element p of channel c of the quad's
 * sample i is above 0. Elements of channels that do not exist have the bit 0.
 */
export function gatesOf(y: string, shape: Shape): Extract<Binding, { kind: 'saved' }> {
  const { channels, plane } = gateShape(shape);
  return { kind: 'saved', name: `${y}/gates`, words: Math.ceil(channels / CHANNELS_A_WORD) * plane };
}

/** The code of an output element that a ReLU after the pool closed. No gradient flows through it. */
export const CLOSED = 255;

/**
 * The codes of a max-pool's output y. Byte i of word e says where in its window element e of the quad's sample i was found, as
 * row * columns + column, or CLOSED. Windows have at most 255 elements.
 */
export function codesOf(y: string, elements: number): Extract<Binding, { kind: 'saved' }> {
  return { kind: 'saved', name: `${y}/codes`, words: elements };
}
