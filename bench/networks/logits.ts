import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from '../../src/onnx/onnx_pb.js';

/**
 * The file without its final Softmax. Frameworks explain a model's output as it is, and the comparison is of gradients of a logit. Other
 * files are returned unchanged.
 */
export function endInLogits(bytes: Uint8Array): Uint8Array {
  const model = fromBinary(ModelProtoSchema, bytes);
  const graph = model.graph!;
  const output = graph.output[0]!;
  const last = graph.node.find((node) => node.output.includes(output.name));
  if (last?.opType !== 'Softmax') return bytes;
  graph.node = graph.node.filter((node) => node !== last);
  output.name = last.input[0]!;
  return toBinary(ModelProtoSchema, model);
}
