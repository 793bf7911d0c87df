import { fromBinary } from '@bufbuild/protobuf';
import { PathlightError } from '../errors.js';
import { firstOf } from '../tensor/items.js';
import { recogniseFile } from './files/foreign.js';
import { type GraphProto, type ModelProto, ModelProtoSchema } from './onnx_pb.js';

/** A decoded file that is known to hold a graph. */
export type DecodedModel = ModelProto & { readonly graph: GraphProto };

/**
 * Decodes the bytes of an .onnx file. Weights are not copied: `rawData` of the result shares the memory of `bytes`.
 * Throws a PathlightError where the bytes are no ONNX model, or end too early.
 */
export function decodeModel(bytes: Uint8Array): DecodedModel {
  if (bytes.length === 0) {
    throw new PathlightError('onnx.empty');
  }
  const foreign = recogniseFile(bytes);
  if (foreign !== undefined) {
    throw new PathlightError('onnx.foreign', foreign);
  }
  if (!startsLikeModel(bytes)) {
    throw new PathlightError('onnx.other-file', { bytes: bytes.length, start: hex(bytes) });
  }
  let model: ModelProto;
  try {
    // A plain Uint8Array: `bytes` may be Node's Buffer, a Uint8Array whose slice() does not copy.
    const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    model = fromBinary(ModelProtoSchema, plain, { readUnknownFields: false });
  } catch (cause) {
    throw new PathlightError('onnx.corrupt', { detail: (cause as Error).message, bytes: bytes.length });
  }
  if (model.graph === undefined) {
    throw new PathlightError('onnx.no-graph');
  }
  return model as DecodedModel;
}

/**
 * Whether the first byte is the tag of a ModelProto field with that field's wire type. Writers put the fields in ascending order, so the
 * byte nearly always is 08 (ir_version). Text, images and archives begin with something else.
 */
function startsLikeModel(bytes: Uint8Array): boolean {
  return [0x08, 0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42].includes(firstOf(bytes));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
