/**
 * What the command line and the page share besides the public API: records, captions, figures, the report, and the limits of options. The
 * package does not export it, so it may change with any version.
 */

export { attributeEach, DEFAULT_STEPS, imageSpace } from './api/attribute.js';
export { unambiguousName } from './api/classes.js';
export { defaultUnit, type EvaluationPlan, planEvaluation } from './api/evaluation/plan.js';
export { evaluationRecord } from './api/evaluation/record.js';
export { percentageOutcomes } from './api/percentages.js';
export {
  ADVERSARIAL,
  type AttributionRecord,
  attributionRecord,
  captionOf,
  type DeviceRecord,
  doubtsAbout,
  howFound,
  nameClass,
  nameReading,
  type RepairRecord,
  repairRecord,
  sizeClaim,
  warningsOf,
} from './api/records.js';
export { type RepairMap, repairMap, repairMaps } from './api/repair.js';
export { measureStepCounts, relativeError, type StepCount, type StepCountRow } from './api/step_counts.js';
export { makeBaseline } from './attribution/baseline.js';
export { imagesAtOnce } from './attribution/batches.js';
export { diagnoseGradient, diagnoseLayers, type GradientDiagnosis, type LayerDiagnosis } from './attribution/diagnosis.js';
export { DEFAULT_MAX_EVALUATIONS } from './attribution/integral/exact.js';
export { DEFAULT_RULE, MAX_STEPS } from './attribution/integral/quadrature.js';
export { DEFAULT_MAX_STEPS, DEFAULT_TOLERANCE, LEAST_MAX_STEPS, NESTED_RULES } from './attribution/integral/refine.js';
export { flagOf, type MethodFacts, type MethodOption, MOST, type OptionValues } from './attribution/method.js';
export { type MethodTable, methodNamed, methods, type OwnOptions } from './attribution/methods/index.js';
export { DEFAULT_SIGMA } from './attribution/smooth.js';
export { consult, type Diagnosis } from './doctor/index.js';
export { outcomeOf } from './edit/result.js';
export { DEFAULT_BUDGET } from './edit/search/random.js';
export { mapsOf } from './edit/strategies.js';
export { messageOf } from './errors.js';
export type { PictureEvaluation } from './evaluation/evaluation.js';
export { CONTROLS, type Control, controlsFor, isControl } from './evaluation/explainer.js';
export { metrics } from './evaluation/metrics.js';
export { removalCurves } from './evaluation/removal.js';
export { areaUnder } from './evaluation/statistics.js';
export { pixelMap, strongestFirst } from './evaluation/subject.js';
export type { Executor } from './executor.js';
export { colourScale } from './figures/colormap.js';
export {
  MEASURES_STYLE,
  type ReportedMeasures,
  type ReportedMethod,
  type ReportedPicture,
  renderEvaluation,
  renderMeasures,
} from './figures/evaluation_report.js';
export { comparison, PHOTOGRAPH, scaleOf, sharedScaleOf } from './figures/figures.js';
export { type Region, regionsFigure, topRegions } from './figures/ranked_regions.js';
export { escapeHtml, type ReportReading, type ReportRow, type ReportWords, renderReport } from './figures/report.js';
export { PLAN_CHOICES } from './gpu/fused/choose.js';
export { PRECISIONS } from './gpu/precision.js';
export { TUNE_CHOICES } from './gpu/tuning/tuner.js';
export { describeGraph, type GraphDescription } from './graph/analysis/describe.js';
export { findLayer, type Layer, layersWithPlane } from './graph/analysis/layers.js';
export { networkOf } from './graph/analysis/network.js';
export { checkPiecewiseLinear } from './graph/analysis/piecewise.js';
export { withOutput } from './graph/passes/head.js';
export { FITS } from './image/fit.js';
export { decodeBmp } from './image/formats/bmp.js';
export { formatOf, isPictureFormat, type PictureFormat } from './image/formats/format.js';
export { type StatedSize, statedSize } from './image/formats/header.js';
export { maskOfArray, maskOfPicture } from './image/mask.js';
export { patchesOf } from './image/patches.js';
export { MATTE_VALUES, MATTES, type Matte } from './image/picture.js';
export { backgroundColour } from './image/pixels.js';
export { pngOf } from './image/png.js';
export { isHuggingFaceConfig } from './image/preprocessing/hugging_face.js';
export { decodeText, readLabelFile } from './image/preprocessing/labels.js';
export { CHANNEL_ORDERS } from './image/preprocessing/options.js';
export { refit, resolvePreprocessing } from './image/preprocessing/preprocess.js';
export { INTERPOLATIONS, resize } from './image/resize.js';
export type { ConsoleCode, Message, MessageCode, MessageValues, Said } from './messages/index.js';
export { showControls } from './messages/message.js';
export { percentage, short } from './messages/words.js';
export { firstOf, itemAt, lastOf } from './tensor/items.js';
export { elementOf } from './tensor/pixels.js';
export { formatShape, sizeOf } from './tensor/tensor.js';
