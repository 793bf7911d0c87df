import { TensorProto_DataLocation as DataLocation, type ModelProto } from '../../src/onnx/onnx_pb.js';
import { buildModelProto, encodeModel, floatTensor, type ModelDescription } from './onnx_builder.js';

/** Where a model says that the elements of a tensor lie. */
export type StatedPlace = Readonly<Partial<Record<'location' | 'offset' | 'length' | 'checksum', string>>>;

/** x [1,4] times w [4,3] plus b [3], with small weights. */
export const PRODUCT: ModelDescription = {
  inputs: { x: ['N', 4] },
  initializers: {
    w: floatTensor(
      [4, 3],
      Array.from({ length: 12 }, (_, i) => i / 4),
    ),
    b: floatTensor([3], [1, -2, 3]),
  },
  nodes: [{ op: 'Gemm', inputs: ['x', 'w', 'b'], output: 'y' }],
  outputs: ['y'],
};

/** What the product gives for x = 1, 2, 3, 4. */
export const OF_1234 = [1 + 15, -2 + 17.5, 3 + 20];

/** The weights of the product as `torch.onnx.export` puts them into a file: w, and b at the next multiple of 64 bytes. */
export function dataOfProduct(): Uint8Array<ArrayBuffer> {
  const floats = new Float32Array(64 / 4 + 3);
  floats.set(Array.from({ length: 12 }, (_, i) => i / 4));
  floats.set([1, -2, 3], 16);
  return new Uint8Array(floats.buffer);
}

export const PLACES = {
  w: { location: 'model.onnx.data', offset: '0', length: '48' },
  b: { location: 'model.onnx.data', offset: '64', length: '12' },
} as const satisfies Record<string, StatedPlace>;

/** The model with the data of these initializers elsewhere. */
export function withExternal(
  places: Readonly<Record<string, StatedPlace>>,
  description: ModelDescription = PRODUCT,
): Uint8Array<ArrayBuffer> {
  const model = buildModelProto(description);
  for (const tensor of model.graph?.initializer ?? []) {
    const place = places[tensor.name];
    if (place !== undefined) moveOut(tensor, place);
  }
  return new Uint8Array(encodeModel(model));
}

type TensorProto = NonNullable<ModelProto['graph']>['initializer'][number];

/** Takes the elements out of a tensor, and says where they lie. */
export function moveOut(tensor: TensorProto, place: StatedPlace): void {
  tensor.floatData = [];
  tensor.rawData = new Uint8Array();
  tensor.dataLocation = DataLocation.EXTERNAL;
  tensor.externalData = Object.entries(place).map(([key, value]) => ({ $typeName: 'onnx.StringStringEntryProto', key, value }));
}
