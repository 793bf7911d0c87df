import { expect, test } from 'vitest';
import { chooseFromFolder, sortFiles } from '../../../demo/ui/lib/given_files.js';

// What the page makes of files that come at once: the order in which a browser lists them says nothing.

const file = (name: string, type = '') => ({ name, type });
const sorted = (...names: string[]) => {
  const { data, unused, ...one } = sortFiles(names.map((name) => file(name)));
  const named = Object.entries(one).flatMap(([kind, found]) => (found === undefined ? [] : [[kind, found.name]]));
  return { ...Object.fromEntries(named), data: data.map(({ name }) => name), unused: unused.map(({ name }) => name) };
};

test.each([
  ['a.png', 'm.onnx', 'm.json', 'l.txt'],
  ['m.json', 'l.txt', 'a.png', 'm.onnx'],
  ['m.onnx', 'm.json', 'a.png', 'l.txt'],
])('a network, what describes it and a picture in any order: %s, %s, %s, %s', (...names) => {
  expect(sorted(...names)).toEqual({ network: 'm.onnx', sideFile: 'm.json', labels: 'l.txt', picture: 'a.png', data: [], unused: [] });
});

test('a side file alone is a side file, and a picture by its type is a picture', () => {
  expect(sorted('m.json')).toEqual({ sideFile: 'm.json', data: [], unused: [] });
  expect(sortFiles([file('photo', 'image/heic')]).picture?.name).toBe('photo');
});

test('of several side files the one with the name of the network is taken', () => {
  expect(sorted('other.json', 'Net.JSON', 'net.onnx')).toMatchObject({ sideFile: 'Net.JSON', unused: ['other.json'] });
  expect(sorted('config.json', 'config.onnx')).toEqual({ network: 'config.onnx', sideFile: 'config.json', data: [], unused: [] });
});

test('what is of no use is listed: others of a kind, and other kinds', () => {
  expect(sorted('a.png', 'b.npy', 'm.onnx', 'n.onnx', 'labels.txt', 'other.txt', 'notes.pdf')).toEqual({
    network: 'm.onnx',
    labels: 'labels.txt',
    picture: 'a.png',
    data: [],
    unused: ['b.npy', 'n.onnx', 'other.txt', 'notes.pdf'],
  });
});

test('what may hold weights: by its name, by the name that a network waits for, and beside a network whatever it is called', () => {
  expect(sorted('model.onnx.data', 'model.onnx')).toEqual({ network: 'model.onnx', data: ['model.onnx.data'], unused: [] });
  expect(sorted('model.onnx_data')).toEqual({ data: ['model.onnx_data'], unused: [] });
  expect(sorted('onnx__Conv_123', 'fc.weight', 'm.onnx', 'README.md', 'model.safetensors')).toEqual({
    network: 'm.onnx',
    data: ['onnx__Conv_123', 'fc.weight'],
    unused: ['README.md', 'model.safetensors'],
  });
  expect(sorted('onnx__Conv_123')).toEqual({ data: [], unused: ['onnx__Conv_123'] });
  const waited = sortFiles([file('weights.json')], 'weights.json');
  expect([waited.data.length, waited.sideFile]).toEqual([1, undefined]);
});

test('the files of Hugging Face, and networks of other kinds', () => {
  expect(sorted('preprocessor_config.json', 'model.onnx', 'config.json', 'model.json')).toEqual({
    network: 'model.onnx',
    sideFile: 'model.json',
    config: 'config.json',
    preprocessorConfig: 'preprocessor_config.json',
    data: [],
    unused: [],
  });
  for (const name of ['best.pt', 'model.tflite', 'net.h5', 'pytorch_model.bin', 'saved_model.pb'])
    expect(sorted(name)).toMatchObject({ network: name });
  expect(sorted('net.bin', 'net.xml')).toMatchObject({ network: 'net.xml' });
});

test('of a folder the network is taken, and what belongs to it', () => {
  const chosen = (...names: string[]) => chooseFromFolder(names.map((name) => file(name))).map(({ name }) => name);
  const repository = [
    'README.md',
    'a_first.onnx',
    'config.json',
    'model.onnx',
    'model.onnx_data',
    'preprocessor_config.json',
    'pytorch_model.bin',
    'vocab.txt',
  ];
  expect(chosen(...repository)).toEqual(['config.json', 'model.onnx', 'model.onnx_data', 'preprocessor_config.json']);
  expect(chosen('keras_metadata.pb', 'saved_model.pb')).toEqual(['keras_metadata.pb']);
  expect(chosen('notes.md')).toEqual([]);
});
