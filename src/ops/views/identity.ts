import { view } from './view.js';

/** Identity: y = x. https://onnx.ai/onnx/operators/onnx__Identity.html */
export const identity = view((node) => node.input(0).shape);
