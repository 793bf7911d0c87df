/**
 * Pathlight's public API: input gradients of ONNX image classifiers on WebGPU, Integrated Gradients, and the smallest edits that change a class.
 * Everything here runs in browsers and in Node; files, codecs and Dawn are in `pathlight/node`. `docs/api.md` is made of these names' comments,
 * section by section: the comments below are its sections.
 *
 * @module
 */

// Models

export { predict } from './api/attribute.js';
export { type QuantisedReading, quantisedReading } from './api/doubts/quantised.js';
export { createSession, type Prediction, Session, type SessionOptions } from './api/session.js';
export type { Cost, RunOptions } from './executor.js';
export { OUTPUTS, type OutputMode } from './graph/passes/head.js';
export type { ExternalData, FileSlices } from './onnx/files/external_data.js';
export type { ModelInfo } from './onnx/files/model_info.js';
export type { Role } from './onnx/inputs/axes.js';
export type { BoundValue } from './onnx/inputs/bind.js';
export type { OpenAxis } from './onnx/inputs/description.js';

// Attributions

export type { PerImage } from './api/arguments.js';
export {
  type AttributeOptions,
  type AttributionResult,
  attribute,
  inputXGradient,
  integratedGradients,
  saliency,
} from './api/attribute.js';
export type { AutoAccount, ExactAccount } from './attribution/account.js';
export { BASELINES, type Baseline, type BaselineName } from './attribution/baseline.js';
export type { Steps } from './attribution/integral/integral.js';
export { RULES, type Rule } from './attribution/integral/quadrature.js';
export { METHODS, type Method, type MethodParameters } from './attribution/methods/index.js';
export type { Numbers } from './executor.js';

// Repairs

export { PAINTS, type PaintName, type RepairOptions, repair } from './api/repair.js';
export type { Budget } from './edit/evaluator.js';
export type { Attempt, Repair } from './edit/result.js';
export { STRATEGIES, type Strategy } from './edit/strategies.js';
export type { Reading } from './edit/verify.js';
export type { PatchChoice, Patches, PatchSize } from './tensor/pixels.js';

// Evaluations

export { evaluate } from './api/evaluation/evaluate.js';
export { type EvaluateOptions, type Evaluation, REMOVALS, type Removal, type Statement, type Unit } from './api/evaluation/evaluation.js';
export type { MeanCurves } from './evaluation/evaluation.js';
export { METRICS, type MetricName } from './evaluation/metrics.js';
export type { MetricSummary } from './evaluation/statistics.js';

// Pictures and arrays

export { heatmap, type MapOptions, overlay } from './figures/figures.js';
export { type Fitted, type Fitting, fitPicture, type PictureSize } from './image/fit.js';
export type { Picture } from './image/picture.js';
export { sumChannels, toPicture, toValues } from './image/pixels.js';
export type { HuggingFaceFiles } from './image/preprocessing/hugging_face.js';
export { builtInLabels, LABEL_LISTS, type LabelList } from './image/preprocessing/label_lists/label_lists.js';
export { type InputSize, PRESETS, type PreprocessingOptions, type Preset } from './image/preprocessing/options.js';
export { type Preprocessing, pixelLayout } from './image/preprocessing/preprocess.js';
export type { FileBytes, ImageValues } from './tensor/arguments.js';
export { readNpy, writeNpy } from './tensor/npy.js';
export type { PixelLayout } from './tensor/pixels.js';
export type { Shape, Tensor } from './tensor/tensor.js';

// Devices

export { type DeviceRequest, DeviceSource } from './gpu/device/device.js';
export type { AdapterOptions, WebGpu } from './gpu/device/webgpu.js';
export type { PlanChoice } from './gpu/fused/choose.js';
export type { Precision } from './gpu/precision.js';
export type { TuneChoice, TuningStore, Winners } from './gpu/tuning/tuner.js';

// Errors

export { PathlightError } from './errors.js';
export { GpuDeviceLostError, GpuOutOfMemoryError, GpuUnsupportedError, GpuValidationError } from './gpu/device/errors.js';
