import { view } from './view.js';

/** Identity: y = x. https://onnx.ai/onnx/operators/onnx__Identity.html */
export const identity = view({ since: 1, shape: (node) => node.input(0).shape });
