import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { importModel } from '../../src/onnx/import.js';
import type { ModelProto } from '../../src/onnx/onnx_pb.js';
import { writeNpy } from '../../src/tensor/npy.js';
import { sizeOf } from '../../src/tensor/tensor.js';
import { exportedModels } from '../support/exported_models.js';
import { generatedModels } from '../support/generated_cases.js';
import { generators } from '../support/generated_lists.js';
import { buildModelProto, encodeModel, floatTensor, intTensor, type ModelDescription } from '../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../support/random.js';

/** A model that is right, with an input that fits. */
export interface SeedModel {
  readonly name: string;
  readonly proto: ModelProto;
  readonly input: Uint8Array;
}

/** What mutations start from: models, pictures and texts that are right. */
export interface Corpus {
  readonly models: readonly SeedModel[];
  readonly pictures: readonly { readonly extension: string; readonly bytes: Uint8Array }[];
  readonly sideFiles: readonly unknown[];
  readonly labels: readonly string[];
}

/** A share of the generated cases of each operator: enough for every attribute, and models of a few kilobytes. */
const SHARE = 0.02;

/** Makes the corpus from the models of the tests, and pictures in all formats. */
export async function readCorpus(): Promise<Corpus> {
  const generated = generators.flatMap((generator) => generatedModels(generator, { share: SHARE }).slice(-2));
  const models = [
    ...exportedModels.map(({ name, description }) => ({ name, description })),
    ...generated.map(({ op, opset, description }) => ({ name: `${op}, opset ${opset}`, description })),
  ].map(({ name, description }) => seedModel(name, description));
  return { models, pictures: await readPictures(), sideFiles: SIDE_FILES, labels: LABELS };
}

function seedModel(name: string, description: ModelDescription): SeedModel {
  const whole = withPicture(description);
  const proto = buildModelProto(whole);
  const { shape } = importModel(encodeModel(proto)).graph.input;
  const values = Float32Array.from(uniformArray(mulberry32(shape.length), sizeOf(shape), 0, 1));
  return { name, proto, input: writeNpy(values, shape) };
}

/** A model that takes a picture of two columns in place of an input of any shape. Models that take pictures already stay as they are. */
function withPicture({ inputs, initializers, nodes, ...rest }: ModelDescription): ModelDescription {
  const [[name, value] = ['', []], ...others] = Object.entries(inputs);
  if (value === 'any') return { inputs, nodes, ...(initializers && { initializers }), ...rest };
  const shape = 'shape' in value ? value.shape : value;
  const sizes = shape.map((size) => (typeof size === 'number' ? size : 1));
  const isPicture = shape.length === 4 && [1, 3].includes(Number(shape[1]));
  if (isPicture || others.length > 0 || 'type' in value) return { inputs, nodes, ...(initializers && { initializers }), ...rest };
  return {
    ...rest,
    inputs: { picture: ['N', 1, sizeOf(sizes), 2] },
    initializers: {
      ...initializers,
      'mix of the picture': floatTensor([1, 1, 1, 2], [0.25, 1]),
      'own shape of the input': intTensor(sizes),
    },
    nodes: [
      { op: 'Conv', inputs: ['picture', 'mix of the picture'], output: 'mixed picture' },
      { op: 'Reshape', inputs: ['mixed picture', 'own shape of the input'], output: name },
      ...nodes,
    ],
  };
}

async function readPictures(): Promise<Corpus['pictures']> {
  const [width, height] = [7, 6];
  const pixels = Uint8Array.from(uniformArray(mulberry32(5), width * height * 4, 0, 256));
  const raw = (channels: 1 | 3 | 4) => sharp(pixels.subarray(0, width * height * channels), { raw: { width, height, channels } });
  const encoded = await Promise.all([
    raw(1).png().toBuffer(),
    raw(3).png().toBuffer(),
    raw(3).png({ palette: true }).toBuffer(),
    raw(4).png({ progressive: true }).toBuffer(),
    raw(3).jpeg().toBuffer(),
    raw(3)
      .withExif({ IFD0: { Orientation: '6' } })
      .jpeg({ progressive: true })
      .toBuffer(),
    raw(4).webp().toBuffer(),
    raw(3).webp({ lossless: true }).toBuffer(),
    raw(3).gif().toBuffer(),
    raw(3).tiff().toBuffer(),
  ]);
  const extensions = ['png', 'png', 'png', 'png', 'jpg', 'jpg', 'webp', 'webp', 'gif', 'tiff'];
  const study = readFileSync(fileURLToPath(new URL('../../models/study/7-read-as-1.png', import.meta.url)));
  return [
    ...encoded.map((bytes, index) => ({ extension: extensions[index] ?? 'png', bytes: Uint8Array.from(bytes) })),
    { extension: 'png', bytes: Uint8Array.from(study) },
    { extension: 'bmp', bytes: bitmap(width, height, pixels) },
    { extension: 'svg', bytes: new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect/></svg>') },
  ];
}

/** A BMP of 24 bits. */
function bitmap(width: number, height: number, pixels: Uint8Array): Uint8Array {
  const row = Math.ceil((3 * width) / 4) * 4;
  const bytes = new Uint8Array(54 + row * height);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0x424d);
  for (const [at, value] of [
    [2, bytes.length],
    [10, 54],
    [14, 40],
    [18, width],
    [22, height],
    [34, row * height],
  ] as const)
    view.setUint32(at, value, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  for (let y = 0; y < height; y++) bytes.set(pixels.subarray(y * width * 3, (y + 1) * width * 3), 54 + y * row);
  return bytes;
}

const SIDE_FILES: readonly unknown[] = [
  { mean: [0.5], std: [0.25], range: [0, 1] },
  { preprocess: 'zero-one', fit: 'contain', resize: 9, interpolation: 'nearest', matte: 'grey' },
  { range: [0, 255], layout: 'nchw', order: 'bgr', labels: ['a', 'b', 'c', 'd', 'e'] },
  { description: 'text', width: 8, height: 8, labels: ['zero', 'one', 'two', 'three'] },
];

const LABELS: readonly string[] = ['a\nb\nc\nd\ne\n', '["a","b","c"]', 'tabby, cat\r\ndog\r\n', '0\n1\n2\n3\n'];
