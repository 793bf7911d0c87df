/**
 * Pathlight's public API: input gradients of ONNX image classifiers on WebGPU, Integrated Gradients, and the smallest edits that change a class.
 * Everything here runs in browsers and in Node; files, codecs and Dawn are in `pathlight/node`. `docs/api.md` is made of these names' comments.
 */

export {
  type AttributeOptions,
  type AttributionResult,
  attribute,
  DEFAULT_STEPS,
  imageSpace,
  inputXGradient,
  integratedGradients,
  type PerImage,
  predict,
  saliency,
} from './api/attribute.js';
export {
  PAINTS,
  type PaintName,
  type PatchChoice,
  type RepairMap,
  type RepairMaps,
  type RepairOptions,
  repair,
  repairMaps,
} from './api/repair.js';
export { createSession, type Prediction, Session, type SessionOptions } from './api/session.js';
export type { AutoAccount, ExactAccount } from './attribution/account.js';
export { BASELINES, type Baseline, type BaselineName, makeBaseline } from './attribution/baseline.js';
export type { Steps } from './attribution/integral/integral.js';
export { RULES, type Rule } from './attribution/integral/quadrature.js';
export { METHODS, type Method, type MethodParameters } from './attribution/methods/index.js';
export type { Attribution } from './attribution/tasks.js';
export { STRATEGIES, type Strategy } from './edit/problem.js';
export type { Attempt, Repair } from './edit/result.js';
export { PathlightError } from './errors.js';
export type { Cost, RunOptions } from './executor.js';
export { heatmap, type MapOptions, overlay } from './figures/figures.js';
export { type DeviceRequest, DeviceSource } from './gpu/device/device.js';
export { GpuDeviceLostError, GpuOutOfMemoryError, GpuUnsupportedError, GpuValidationError } from './gpu/device/errors.js';
export type { PlanChoice } from './gpu/fused/choose.js';
export { describeGraph, type GraphDescription } from './graph/analysis/describe.js';
export { OUTPUTS, type OutputMode } from './graph/passes/head.js';
export { fitPicture } from './image/fit.js';
export type { Picture } from './image/picture.js';
export { sumChannels, toPicture, toValues } from './image/pixels.js';
export type { PreprocessingOptions, Preset } from './image/preprocessing/options.js';
export type { Preprocessing } from './image/preprocessing/preprocess.js';
export { readNpy, writeNpy } from './tensor/npy.js';
export type { ImageSpace } from './tensor/pixels.js';
