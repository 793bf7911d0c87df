import { expect, test } from 'vitest';
import { OwnNetwork } from '../../../demo/ui/lib/own_network.js';

// A network whose files come together or one after the other.

const NETWORK = { name: 'net.onnx', bytes: Uint8Array.of(8) };
const part = (name: string) => ({ name, file: new Blob() });
const [WEIGHTS, OTHER] = [part('net.onnx.data'), part('other.data')];

test('weights come with the network, before it, or after it', () => {
  const together = new OwnNetwork();
  expect(together.take(NETWORK, { data: [WEIGHTS] })).toEqual({ ...NETWORK, data: [WEIGHTS] });

  const before = new OwnNetwork();
  expect(before.take(undefined, { data: [OTHER] })).toBeNull();
  expect(before.take(undefined, { data: [WEIGHTS], sideFile: '{}' })).toBeNull();
  expect(before.take(NETWORK, {})).toEqual({ ...NETWORK, sideFile: '{}', data: [OTHER, WEIGHTS] });

  const after = new OwnNetwork();
  const lacking = after.take(NETWORK, { sideFile: '{}' });
  expect(lacking).toEqual({ ...NETWORK, sideFile: '{}' });
  if (lacking === null) return;
  after.lacks(lacking, 'weights/net.onnx.data');
  expect(after.wanted).toBe('net.onnx.data');
  const whole = after.take(undefined, { data: [WEIGHTS] });
  expect(whole).toEqual({ ...NETWORK, sideFile: '{}', data: [WEIGHTS] });
  after.opened(whole);
  expect(after.wanted).toBeUndefined();
});

test('what describes a network is for the one that is open; weights alone are for one that is to come', () => {
  const own = new OwnNetwork();
  own.opened(NETWORK);
  expect(own.take(undefined, { config: '{}' })).toEqual({ ...NETWORK, config: '{}' });
  expect(own.take(undefined, { data: [WEIGHTS] })).toBeNull();
  const next = { ...NETWORK, name: 'next.onnx' };
  expect(own.take(next, {})).toEqual({ ...next, data: [WEIGHTS] });
  // One that cannot be opened for another reason takes nothing with it.
  expect(own.take(next, {})).toEqual({ ...next, data: [WEIGHTS] });
  own.opened(next);
  expect(own.take(NETWORK, {})).toEqual(NETWORK);
});

test('a network that waits stays while another is looked at', () => {
  const own = new OwnNetwork();
  own.lacks(NETWORK, 'net.onnx.data');
  own.opened(null);
  expect(own.take(undefined, { data: [WEIGHTS] })).toEqual({ ...NETWORK, data: [WEIGHTS] });
});

test('a file with names wins over the list that was chosen before it; nothing else forgets that choice', () => {
  const own = new OwnNetwork();
  own.opened({ ...NETWORK, labelList: 'cifar-10' });
  expect(own.take(undefined, { config: '{}' })).toEqual({ ...NETWORK, labelList: 'cifar-10', config: '{}' });
  const labels = { name: 'names.txt', bytes: Uint8Array.of(65) };
  expect(own.take(undefined, { labels })).toEqual({ ...NETWORK, labels });
});
