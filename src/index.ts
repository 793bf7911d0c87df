/**
 * Pathlight: input gradients of ONNX image classifiers on WebGPU, Integrated Gradients, and the smallest edits that change a class.
 * Everything here runs in browsers and in Node; files, codecs and Dawn are in `pathlight/node`.
 */
export { BASELINES, type Baseline, type BaselineName, type ImageSpace, makeBaseline } from './attribution/baseline.js';
export type { BlurOptions } from './attribution/blur_ig.js';
export { diagnoseGradient, type GradientDiagnosis } from './attribution/diagnosis.js';
export { DEFAULT_MAX_EVALUATIONS } from './attribution/exact.js';
export type { LayerParameters } from './attribution/grad_cam.js';
export { DEFAULT_FRACTION, DEFAULT_MAX_DISTANCE, type GuidedOptions } from './attribution/guided_ig.js';
export type { AutoAccount, ExactAccount, IntegralAccount, MethodParameters } from './attribution/integral.js';
export { type Attribution, DEFAULT_RULE, METHODS, type Method, PATH_METHODS, type Steps } from './attribution/methods.js';
export type { OcclusionOptions, OcclusionParameters } from './attribution/occlusion.js';
export { MAX_STEPS, type Quadrature, quadrature, RULES, type Rule } from './attribution/quadrature.js';
export { DEFAULT_MAX_STEPS, DEFAULT_TOLERANCE, LEAST_MAX_STEPS, NESTED_RULES } from './attribution/refine.js';
export { DEFAULT_SIGMA, type SmoothOptions, type SmoothParameters } from './attribution/smooth.js';
export { CpuExecutor } from './cpu/executor.js';
export { STRATEGIES, type Strategy } from './edit/problem.js';
export { DEFAULT_BUDGET } from './edit/random.js';
export { type Attempt, outcomeOf, type Repair } from './edit/result.js';
export type { Budget } from './edit/trial.js';
export { PathlightError } from './errors.js';
export {
  type CandidateBatch,
  type Cost,
  type Executor,
  elementOf,
  type Forward,
  type GradientMoments,
  type GradientMomentsRequest,
  type GradientRequest,
  type Gradients,
  type LayerGradients,
  type LayerRequest,
  NO_PATCH,
  type Numbers,
  type Patches,
  type PathGradient,
  type PathRequest,
  type PixelLayout,
  pixelPatches,
  type RegionRequest,
  type Regions,
  type RunOptions,
  type Verdicts,
} from './executor.js';
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
} from './explain.js';
export { type DeviceRequest, DeviceSource } from './gpu/device.js';
export { GpuDeviceLostError, GpuOutOfMemoryError, GpuUnsupportedError, GpuValidationError } from './gpu/errors.js';
export { GpuExecutor, type GpuExecutorOptions } from './gpu/executor.js';
export { PLAN_CHOICES, type PlanChoice } from './gpu/plan.js';
export { canonicalise } from './graph/canonicalise.js';
export { describeGraph, type GraphDescription } from './graph/describe.js';
export type { Graph, GraphNode, GraphValue } from './graph/graph.js';
export { finalSoftmax, OUTPUTS, type OutputMode, withOutput } from './graph/head.js';
export { findLayer, type Layer } from './graph/layers.js';
export { checkPiecewiseLinear } from './graph/piecewise.js';
export { colourScale } from './image/colormap.js';
export { type ComparisonRequest, comparison, heatmap, type MapOptions, overlay, PHOTOGRAPH } from './image/figures.js';
export { FITS, type FitMode, type Fitted, type Fitting, fitPicture, type PictureSize } from './image/fit.js';
export { gridPatches, pixelsOfPatches } from './image/patches.js';
export { MATTE_VALUES, MATTES, type Matte, type Picture, samePicture } from './image/picture.js';
export { backgroundColour, sumChannels, toPicture, toValues } from './image/pixels.js';
export { type Preprocessing, pixelLayout, resolvePreprocessing, validRange } from './image/preprocess.js';
export { PRESETS, type Preset } from './image/presets.js';
export { type Region, regionsFigure, topRegions } from './image/regions.js';
export { type Report, type ReportAttempt, type ReportReading, type ReportRow, renderReport } from './image/report.js';
export { type Crop, INTERPOLATIONS, type Interpolation, resize } from './image/resize.js';
export { CHANNEL_ORDERS, type ChannelOrder, type PreprocessingOptions } from './image/side_file.js';
export { superpixels } from './image/superpixels.js';
export { importModel, type ModelInfo } from './onnx/import.js';
export { type PercentageOptions, type PercentageOutcomes, percentageOutcomes } from './outcomes.js';
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
} from './records.js';
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
} from './repair.js';
export { saturationWarning } from './saturation.js';
export { createSession, type Prediction, Session, type SessionOptions } from './session.js';
export { measureStepCounts, type StepCount, type StepCountRequest, type StepCountRow } from './step_counts.js';
export { readNpy, writeNpy } from './tensor/npy.js';
export { formatShape, type Shape, sizeOf, type Tensor } from './tensor/tensor.js';
