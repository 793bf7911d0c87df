import { expect, test } from 'vitest';
import { sortFiles } from '../../../demo/ui/lib/given_files.js';

// What the page makes of files that come at once: the order in which a browser lists them says nothing.

const file = (name: string, type = '') => ({ name, type });
const sorted = (...names: string[]) => {
  const { network, sideFile, labels, picture, unused } = sortFiles(names.map((name) => file(name)));
  return {
    network: network?.name,
    sideFile: sideFile?.name,
    labels: labels?.name,
    picture: picture?.name,
    unused: unused.map(({ name }) => name),
  };
};

test.each([
  ['a.png', 'm.onnx', 'm.json', 'l.txt'],
  ['m.json', 'l.txt', 'a.png', 'm.onnx'],
  ['m.onnx', 'm.json', 'a.png', 'l.txt'],
])('a network, what describes it and a picture in any order: %s, %s, %s, %s', (...names) => {
  expect(sorted(...names)).toEqual({ network: 'm.onnx', sideFile: 'm.json', labels: 'l.txt', picture: 'a.png', unused: [] });
});

test('a side file alone is a side file, and a picture by its type is a picture', () => {
  expect(sorted('m.json')).toEqual({ network: undefined, sideFile: 'm.json', labels: undefined, picture: undefined, unused: [] });
  expect(sortFiles([file('photo', 'image/heic')]).picture?.name).toBe('photo');
});

test('of several side files the one with the name of the network is taken', () => {
  expect(sorted('config.json', 'Net.JSON', 'net.onnx')).toMatchObject({ sideFile: 'Net.JSON', unused: ['config.json'] });
});

test('what is of no use is listed: others of a kind, and other kinds', () => {
  expect(sorted('a.png', 'b.npy', 'm.onnx', 'n.onnx', 'labels.txt', 'other.txt', 'notes.pdf')).toEqual({
    network: 'm.onnx',
    sideFile: undefined,
    labels: 'labels.txt',
    picture: 'a.png',
    unused: ['b.npy', 'n.onnx', 'other.txt', 'notes.pdf'],
  });
});
