import { describe, expect, test } from 'vitest';
import { chooseResidency, turnsOf } from '../../../src/gpu/compile/residency.js';
import type { ConstantData, ScheduledDispatch, Stage } from '../../../src/gpu/compile/schedule.js';
import type { Packed } from '../../../src/ops/operator.js';

const KIB = 1024;

const weights = (kibibytes: number): Packed => ({ byteLength: kibibytes * KIB, make: () => new Float32Array((kibibytes * KIB) / 4) });

function reads(stage: Stage, ...constants: ConstantData[]): Pick<ScheduledDispatch, 'stage' | 'bindings'> {
  return { stage, bindings: [{ kind: 'value', name: 'x' }, ...constants.map((data) => ({ kind: 'constant' as const, data }))] };
}

describe('which constants stay on the device', () => {
  const [a, b, c] = [weights(100), weights(50), weights(30)];
  const bias = new Float32Array(4 * KIB);
  const dispatches = [reads('begin', a, bias), reads('chunk', b, bias), reads('chunk', c), reads('chunk', c), reads('finish', a)];
  const all = a.byteLength + b.byteLength + c.byteLength + bias.byteLength;

  test('all of them where they fit', () => {
    expect(chooseResidency(dispatches, all)).toEqual({ resident: new Set([a, bias, b, c]), window: 0, bytes: all });
  });

  test('else those that are read most often, beside a window for the largest', () => {
    const { resident, window, bytes } = chooseResidency(dispatches, all - 1);
    expect(window).toBe(a.byteLength);
    expect(resident).toEqual(new Set([bias, c]));
    expect(bytes).toBe(window + bias.byteLength + c.byteLength);
  });

  test('at the least what cannot be uploaded in turn', () => {
    const { resident, bytes } = chooseResidency(dispatches, 0);
    expect(resident).toEqual(new Set([bias]));
    expect(bytes).toBe(a.byteLength + bias.byteLength);
  });

  test('a window holds all that one dispatch reads', () => {
    expect(chooseResidency([reads('chunk', b, c), reads('chunk', weights(60))], 0).window).toBe(b.byteLength + c.byteLength);
  });
});

describe('turns', () => {
  const [a, b, c] = [weights(100), weights(50), weights(30)];
  const [first, second, third, again, plain] = [a, b, c, c].map((data) => reads('chunk', data)).concat([reads('chunk')]);

  test('one, without uploads, where all constants are on the device', () => {
    const dispatches = [first, second, plain].flatMap((each) => each ?? []);
    expect(turnsOf(dispatches, chooseResidency(dispatches, 1e9))).toMatchObject([{ dispatches, placed: [] }]);
  });

  test('as few as the window allows, in order, and each constant once in a turn', () => {
    const dispatches = [first, plain, second, third, again, first].flatMap((each) => each ?? []);
    const turns = turnsOf(dispatches, chooseResidency(dispatches, 0));
    expect(turns.map(({ dispatches: own }) => own.length)).toEqual([2, 3, 1]);
    expect(turns.map(({ placed }) => placed)).toEqual([
      [{ data: a, offset: 0 }],
      [
        { data: b, offset: 0 },
        { data: c, offset: b.byteLength },
      ],
      [{ data: a, offset: 0 }],
    ]);
  });

  test('constants begin where a storage buffer may be bound', () => {
    const [odd, next] = [{ ...weights(20), byteLength: 20 * KIB + 4 }, weights(20)];
    const dispatches = [reads('chunk', odd, next)];
    const [turn] = turnsOf(dispatches, chooseResidency(dispatches, 0));
    expect(turn?.placed.map(({ offset }) => offset)).toEqual([0, 20 * KIB + 256]);
  });
});
