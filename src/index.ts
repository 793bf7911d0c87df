/**
 * Pathlight: input gradients of ONNX image classifiers on WebGPU, Integrated Gradients, and the smallest edits that change a class.
 * Everything here runs in browsers and in Node; files, codecs and Dawn are in `pathlight/node`.
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
export { type PercentageOptions, type PercentageOutcomes, percentageOutcomes } from './api/percentages.js';
export {
  type AttributionRecord,
  type AttributionRecordRequest,
  attributionRecord,
  captionOf,
  type DeviceRecord,
  describePreprocessing,
  nameClass,
  type RepairRecord,
  repairRecord,
  sizeClaim,
  warningsOf,
} from './api/records.js';
export {
  PAINTS,
  type PaintName,
  type PatchChoice,
  patchesOf,
  type RepairMap,
  type RepairMapOptions,
  type RepairMaps,
  type RepairOptions,
  repair,
  repairMap,
  repairMaps,
} from './api/repair.js';
export { saturationWarning } from './api/saturation.js';
export { createSession, type Prediction, Session, type SessionOptions } from './api/session.js';
export { measureStepCounts, type StepCount, type StepCountRequest, type StepCountRow } from './api/step_counts.js';
export type {
  AutoAccount,
  ExactAccount,
  IntegralAccount,
  LayerParameters,
  MethodParameters,
  OcclusionParameters,
  SmoothParameters,
} from './attribution/account.js';
export { BASELINES, type Baseline, type BaselineName, makeBaseline } from './attribution/baseline.js';
export { diagnoseGradient, type GradientDiagnosis } from './attribution/diagnosis.js';
export { DEFAULT_MAX_EVALUATIONS } from './attribution/integral/exact.js';
export { MAX_STEPS, type Quadrature, quadrature, RULES, type Rule } from './attribution/integral/quadrature.js';
export { DEFAULT_MAX_STEPS, DEFAULT_TOLERANCE, LEAST_MAX_STEPS, NESTED_RULES } from './attribution/integral/refine.js';
export type { BlurOptions } from './attribution/methods/blur_ig.js';
export { DEFAULT_FRACTION, DEFAULT_MAX_DISTANCE, type GuidedOptions } from './attribution/methods/guided_ig.js';
export { type Attribution, DEFAULT_RULE, METHODS, type Method, PATH_METHODS, type Steps } from './attribution/methods/index.js';
export type { OcclusionOptions } from './attribution/methods/occlusion.js';
export { DEFAULT_SIGMA, type SmoothOptions } from './attribution/methods/smooth.js';
export { CpuExecutor } from './cpu/cpu_executor.js';
export type { Budget } from './edit/evaluator.js';
export { STRATEGIES, type Strategy } from './edit/problem.js';
export { type Attempt, outcomeOf, type Repair } from './edit/result.js';
export { DEFAULT_BUDGET } from './edit/search/random.js';
export { PathlightError } from './errors.js';
export {
  type CandidateBatch,
  type Cost,
  type Executor,
  type Forward,
  type GradientMoments,
  type GradientMomentsRequest,
  type GradientRequest,
  type Gradients,
  type LayerGradients,
  type LayerRequest,
  NO_PATCH,
  type Numbers,
  type PathGradient,
  type PathRequest,
  type RegionRequest,
  type Regions,
  type RunOptions,
  type Verdicts,
} from './executor.js';
export { colourScale } from './figures/colormap.js';
export { type ComparisonRequest, comparison, heatmap, type MapOptions, overlay, PHOTOGRAPH } from './figures/figures.js';
export { type Region, regionsFigure, topRegions } from './figures/ranked_regions.js';
export { type Report, type ReportAttempt, type ReportReading, type ReportRow, renderReport } from './figures/report.js';
export { type DeviceRequest, DeviceSource } from './gpu/device/device.js';
export { GpuDeviceLostError, GpuOutOfMemoryError, GpuUnsupportedError, GpuValidationError } from './gpu/device/errors.js';
export { PLAN_CHOICES, type PlanChoice } from './gpu/fused/choose.js';
export { GpuExecutor, type GpuExecutorOptions } from './gpu/gpu_executor.js';
export { describeGraph, type GraphDescription } from './graph/analysis/describe.js';
export { findLayer, type Layer } from './graph/analysis/layers.js';
export { checkPiecewiseLinear } from './graph/analysis/piecewise.js';
export type { Graph, GraphNode, GraphValue } from './graph/graph.js';
export { canonicalise } from './graph/passes/canonicalise.js';
export { finalSoftmax, OUTPUTS, type OutputMode, withOutput } from './graph/passes/head.js';
export { FITS, type FitMode, type Fitted, type Fitting, fitPicture, type PictureSize } from './image/fit.js';
export { gridPatches, pixelsOfPatches } from './image/patches.js';
export { MATTE_VALUES, MATTES, type Matte, type Picture, samePicture } from './image/picture.js';
export { backgroundColour, sumChannels, toPicture, toValues } from './image/pixels.js';
export type { PreprocessingOptions } from './image/preprocessing/options.js';
export { CHANNEL_ORDERS, type ChannelOrder, PRESETS, type Preset } from './image/preprocessing/options.js';
export { type Preprocessing, pixelLayout, resolvePreprocessing, validRange } from './image/preprocessing/preprocess.js';
export { type Crop, INTERPOLATIONS, type Interpolation, resize } from './image/resize.js';
export { superpixels } from './image/superpixels.js';
export { importModel, type ModelInfo } from './onnx/import.js';
export { readNpy, writeNpy } from './tensor/npy.js';
export { elementOf, type ImageSpace, type Patches, type PixelLayout, pixelPatches } from './tensor/pixels.js';
export { formatShape, type Shape, sizeOf, type Tensor } from './tensor/tensor.js';
