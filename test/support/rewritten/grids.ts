import { floatTensor, intTensor, type NodeDescription } from '../onnx_builder.js';
import { rewrittenCase, weights } from './case.js';

/** The image holds planes or a volume of this shape, and the places of a grid of that shape, from -1.5 to 1.5, some of them outside. */
function sampledFrom(
  name: string,
  planes: readonly number[],
  places: readonly number[],
  attributes: NonNullable<NodeDescription['attributes']>,
  opset = 20,
) {
  const sizes = [planes, places].map((shape) => shape.reduce((product, size) => product * size, 1));
  return rewrittenCase(
    name,
    [1, sizes.reduce((sum, size) => sum + size, 0)],
    [
      { op: 'Split', inputs: ['x', 'parts'], output: ['pixels', 'numbers'], attributes: { axis: 1 } },
      { op: 'Reshape', inputs: ['pixels', 'planes'], output: 'image' },
      { op: 'Add', inputs: ['numbers', 'off the kinks'], output: 'moved' },
      { op: 'Reshape', inputs: ['moved', 'places'], output: 'grid' },
      { op: 'GridSample', inputs: ['image', 'grid'], output: 'y', attributes },
    ],
    {
      opset,
      initializers: {
        'off the kinks': floatTensor([], [0.0117]),
        parts: intTensor(sizes),
        planes: intTensor(planes),
        places: intTensor(places),
      },
    },
  );
}

/** Planes of 3 x 4, and 5 places. */
function sampled(mode: string, padding: string, alignCorners: 0 | 1) {
  const name = `GridSample, ${mode}, ${padding}${alignCorners ? ', aligned corners' : ''}`;
  const attributes = { mode, padding_mode: padding, align_corners: alignCorners };
  return sampledFrom(name, [1, 2, 3, 4], [1, 5, 1, 2], attributes, mode.startsWith('bi') ? 16 : 20);
}

const affine = (alignCorners: 0 | 1): NodeDescription[] => [
  { op: 'Reshape', inputs: ['x', 'matrix'], output: 'theta' },
  { op: 'AffineGrid', inputs: ['theta', 'size'], output: 'y', attributes: { align_corners: alignCorners } },
];

/** More channels than columns, sampled at three places. */
const manyChannels = rewrittenCase(
  'GridSample, more channels than columns',
  [1, 24],
  [
    { op: 'Split', inputs: ['x', 'parts'], output: ['pixels', 'numbers'], attributes: { axis: 1 } },
    { op: 'Reshape', inputs: ['pixels', 'planes'], output: 'image' },
    { op: 'Reshape', inputs: ['numbers', 'places'], output: 'grid' },
    { op: 'GridSample', inputs: ['image', 'grid'], output: 'y', attributes: { align_corners: 1 } },
  ],
  {
    opset: 20,
    initializers: { parts: intTensor([18, 6]), planes: intTensor([1, 3, 3, 2]), places: intTensor([1, 1, 3, 2]) },
  },
);

/** So many places, each moved a little by the image, that they are sampled in two pieces. The output is the mean of each channel. */
const inPieces = rewrittenCase(
  'GridSample in pieces',
  [1, 32, 32, 32],
  [
    { op: 'ReduceMean', inputs: ['x'], output: 'mean', attributes: { axes: [1, 2, 3] } },
    { op: 'Add', inputs: ['grid', 'mean'], output: 'moved' },
    { op: 'Reshape', inputs: ['moved', 'places'], output: 'g' },
    { op: 'GridSample', inputs: ['x', 'g'], output: 'sampled' },
    { op: 'ReduceMean', inputs: ['sampled'], output: 'y', attributes: { axes: [2, 3], keepdims: 0 } },
  ],
  { opset: 16, initializers: { grid: weights([1, 46, 46, 2], 7), places: intTensor([1, 46, 46, 2]) } },
);

/** A volume of 2 x 3 x 4, and 5 places. */
function volume(padding: string, alignCorners: 0 | 1, mode = 'linear') {
  const attributes = { mode, padding_mode: padding, align_corners: alignCorners };
  return sampledFrom(`GridSample of a volume, ${mode}, ${padding}`, [1, 1, 2, 3, 4], [1, 5, 1, 1, 3], attributes);
}

/** Planes sampled at places that the image gives, or that are constant. */
export const gridCases = [
  manyChannels,
  inPieces,
  volume('zeros', 1),
  volume('reflection', 0),
  volume('border', 0, 'nearest'),
  sampled('bilinear', 'zeros', 0),
  sampled('linear', 'border', 1),
  sampled('linear', 'reflection', 0),
  sampled('nearest', 'zeros', 1),
  sampled('nearest', 'reflection', 0),
  sampled('bicubic', 'zeros', 0),
  sampled('cubic', 'border', 0),
  sampled('cubic', 'reflection', 1),
  rewrittenCase('GridSample at constant places', [1, 2, 3, 4], [{ op: 'GridSample', inputs: ['x', 'grid'], output: 'y' }], {
    opset: 16,
    initializers: { grid: floatTensor([1, 2, 2, 2], [-0.5, 0.25, 0.875, -1.25, 0.125, 0, 1, 1]) },
  }),
  rewrittenCase('AffineGrid', [1, 6], affine(0), {
    opset: 20,
    initializers: { matrix: intTensor([1, 2, 3]), size: intTensor([1, 1, 2, 3]) },
  }),
  rewrittenCase('AffineGrid, aligned corners, a volume', [1, 12], affine(1), {
    opset: 20,
    initializers: { matrix: intTensor([1, 3, 4]), size: intTensor([1, 1, 2, 2, 3]) },
  }),
];
