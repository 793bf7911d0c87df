import type { SmoothParameters } from '../account.js';
import type { AttributionMethod, MethodFacts } from '../method.js';
import { eigenCam } from './activations/eigen_cam.js';
import { gradCam } from './activations/grad_cam.js';
import { gradCamPlusPlus } from './activations/grad_cam_plus_plus.js';
import { hiResCam } from './activations/hires_cam.js';
import { layerCam } from './activations/layer_cam.js';
import { scoreCam } from './activations/score_cam.js';
import { blurIntegratedGradients } from './gradients/blur_ig.js';
import { expectedGradients } from './gradients/expected_gradients.js';
import { gradientShap } from './gradients/gradient_shap.js';
import { guidedIntegratedGradients } from './gradients/guided_ig.js';
import { integratedGradients } from './gradients/ig.js';
import { inputXGradient } from './gradients/input_x_gradient.js';
import { saliency } from './gradients/saliency.js';
import { activationXGradient } from './layers/activation_x_gradient.js';
import { conductance } from './layers/conductance.js';
import { layerIntegratedGradients } from './layers/layer_ig.js';
import { xrai } from './regions/xrai.js';
import { deepLift } from './rules/deeplift.js';
import { layerwiseRelevance } from './rules/lrp.js';
import { deconvolution, guidedBackpropagation } from './rules/rectified.js';
import { kernelShap } from './sampling/kernel_shap.js';
import { occlusion } from './sampling/occlusion.js';
import { rise } from './sampling/rise.js';
import { shapley } from './sampling/shapley.js';
import { attentionRelevance } from './transformers/attn_lrp.js';
import { gradientTimesAttention } from './transformers/gradient_x_attention.js';
import { leGrad } from './transformers/legrad.js';
import { rollout } from './transformers/rollout.js';

/** All methods, in the order of lists. src/attribution/method.ts explains each field. */
export const methods = [
  integratedGradients,
  deepLift,
  layerwiseRelevance,
  saliency,
  inputXGradient,
  expectedGradients,
  gradientShap,
  guidedIntegratedGradients,
  blurIntegratedGradients,
  attentionRelevance,
  gradientTimesAttention,
  leGrad,
  rollout,
  guidedBackpropagation,
  deconvolution,
  gradCam,
  gradCamPlusPlus,
  hiResCam,
  layerCam,
  eigenCam,
  scoreCam,
  activationXGradient,
  layerIntegratedGradients,
  conductance,
  xrai,
  occlusion,
  rise,
  shapley,
  kernelShap,
] as const;

/** A table of methods, for code that lists them: the one above, or in tests one with another method. */
export type MethodTable = readonly MethodFacts[];

type AnyMethod = (typeof methods)[number];
/**
 * One of METHODS.
 *
 * @example const method: Method = 'grad-cam';
 */
export type Method = (typeof methods)[number]['name'];

/**
 * The names of the methods of attribution. docs/methods.md has their formulas and sources.
 *
 * @example for (const method of METHODS) await attribute(session, image, { method });
 */
export const METHODS: readonly Method[] = methods.map(({ name }) => name);

type Together<U> = (U extends unknown ? (each: U) => void : never) extends (all: infer All) => void ? All : never;

/** The options of all methods together. A method ignores those of the others. */
export type OwnOptions = Together<AnyMethod extends infer M ? (M extends AttributionMethod<string, infer O, object> ? O : never) : never>;

/**
 * A method's other settings, given or chosen: everything beside steps, rule and baseline. docs/result-json.md explains the fields.
 *
 * @example const parameters: MethodParameters | undefined = result.parameters;
 */
export type MethodParameters = Partial<
  Together<AnyMethod extends infer M ? (M extends AttributionMethod<string, object, infer P> ? P : never) : never>
> & { readonly smooth?: SmoothParameters };

/** The method of this name in a table, if there is one. */
export function methodNamed<M extends MethodFacts>(name: string, table: readonly M[]): M | undefined {
  return table.find((method) => method.name === name);
}
