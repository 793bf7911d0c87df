import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReadModelOptions } from '../../../src/node/model.js';

/** A small file that was once refused, or answered wrongly. */
export interface FaultCase {
  /** Its name within the folder of faults, as `reach/atan.onnx`. */
  readonly name: string;
  /** What it is, in a few words. */
  readonly what: string;
  readonly options?: ReadModelOptions;
  /** A picture of the folder in the place of numbers by a rule, and the probability of class 1 that it has. */
  readonly picture?: { readonly file: string; readonly probability: number };
}

/** What the files of reach/ are; values.json beside them has what onnxruntime makes of them. */
const REACH: Readonly<Record<string, string | readonly [what: string, options: ReadModelOptions]>> = {
  atan: 'Atan of values from the image',
  batchless_3x8x8: 'no batch axis: 3x8x8',
  batchless_64: 'no batch axis: a row of 64',
  constant_of_17M: 'ConstantOfShape of 17 million elements',
  cumsum: 'CumSum of values from the image',
  dropout_ratio0_training: 'Dropout of ratio 0 in training mode: the identity',
  dynamic_conv_weights: 'weights of a Conv computed from the image',
  dynamic_quantisation: "onnxruntime's dynamic quantisation",
  eca_conv1d: 'Conv with one spatial axis: channel attention',
  external_data: 'weights in a second file',
  floor_in_graph: 'Floor of values from the image',
  four_channels: 'four channels',
  if_on_constant: 'If on a constant',
  input_without_shape: 'an input without a shape',
  int4_in_int32_data: 'INT4 weights in int32_data',
  lp_pool: 'LpPool',
  lstm_over_rows: 'LSTM over the rows of a picture',
  mask_x_times_x_gt_0: 'x times x > 0',
  mean_variance_normalization: 'MeanVarianceNormalization',
  ms_biasgelu: 'com.microsoft.BiasGelu',
  ms_fusedconv: 'com.microsoft.FusedConv',
  ms_gelu: 'com.microsoft.Gelu',
  ms_quickgelu: 'com.microsoft.QuickGelu',
  one_sigmoid_output: 'one sigmoid: a binary classifier',
  only_ai_onnx_ml: 'operators of ai.onnx.ml alone, the label first',
  opset_22: 'opset 22',
  qdq_activations: 'quantised weights and activations (QDQ)',
  reduce_log_sum_exp: 'ReduceLogSumExp',
  resize_bicubic: 'Resize, cubic',
  shrink: 'Shrink',
  sign_binarised: 'Sign of values from the image',
  sin_on_image: 'Sin of values from the image',
  sklearn_mlp_label_first: 'an MLP of scikit-learn: label first, probabilities second',
  sklearn_scaler: 'a scaler and a linear model of scikit-learn',
  sort_topk_inside: 'TopK within the network',
  stdconv_batchnorm_on_weight: 'BatchNormalization in training mode on weights',
  symbolic_height_width: 'height and width left open',
  thresholded_relu: 'ThresholdedRelu',
  torch_lrn_avgpool3d_opset9: 'LocalResponseNorm as opset 9 exports it: AveragePool with three axes',
  two_inputs: ['a second input, bound to 0 (`--bind m=0`)', { bind: { m: 0 } }],
  uint8_input_nchw: 'an input of uint8',
  vit_fixed_batch_4: 'a ViT that was exported with batch 4',
  where_on_image: 'Where of a comparison of the image',
  wrong_first_output_embedding: 'an embedding as the first output, logits as the second',
  wrong_probability_sigmoids: 'a sigmoid for each class',
  wrong_probability_softmax_spelled_out: 'a softmax in three nodes',
  wrong_rescaling_in_graph: 'rescales 0..255 in its graph',
  wrong_yolo_detector_metadata: 'a detector, by its metadata',
};

/** What the folders of zoo/ are, with gradients by PyTorch or TensorFlow in float64. */
const ZOO: Readonly<Record<string, string>> = {
  hf_poolformer: 'Hugging Face PoolFormer by Optimum: all axes open',
  hf_swin: 'Hugging Face Swin by Optimum: all axes open',
  hf_vit: 'Hugging Face ViT by Optimum: all axes open',
  keras_binary: 'Keras, tf2onnx: one sigmoid, rescales in its graph',
  timm_adaptive_pool_dynamo: 'adaptive pooling by dynamo: GatherND on values from the image',
  timm_coat_ts: 'CoaT by TorchScript: Conv and AveragePool with one spatial axis',
  timm_crossvit_dynamo: 'CrossViT by dynamo: cubic Resize',
  timm_edgenext_ts: 'EdgeNeXt by TorchScript: CumSum',
  timm_mvitv2_ts: 'MViT V2 by TorchScript: ScatterND on values from the image',
  timm_nfnet_ts: 'NFNet by TorchScript: BatchNormalization in training mode on weights',
  timm_sequencer_dynamo: 'Sequencer by dynamo: bidirectional LSTM',
  timm_swin2_dynamo: 'Swin V2 by dynamo: GatherND on values from the image',
};

/** The files of FOLDER/reach. Throws where a file is not known here, or is not there. */
export function reachCases(folder: string): FaultCase[] {
  const found = readdirSync(join(folder, 'reach')).flatMap((file) => (file.endsWith('.onnx') ? file.slice(0, -'.onnx'.length) : []));
  return matched(found, Object.keys(REACH)).map((stem) => {
    const entry = REACH[stem] ?? '';
    const [what, options] = typeof entry === 'string' ? [entry] : entry;
    return { name: `reach/${stem}.onnx`, what, ...(options && { options }) };
  });
}

/** A file of reach/ that is right only where a picture is fed as it was trained. */
export const ON_PICTURE: FaultCase = {
  name: 'reach/wrong_rescaling_in_graph.onnx',
  what: 'the same with `bright.png`',
  picture: { file: 'reach/bright.png', probability: 0.9966 },
};

/** The folders of FOLDER/zoo. */
export function zooCases(folder: string): FaultCase[] {
  const found = readdirSync(join(folder, 'zoo')).filter((name) => existsSync(join(folder, 'zoo', name, 'expected.json')));
  return matched(found, Object.keys(ZOO)).map((name) => ({ name: `zoo/${name}`, what: ZOO[name] ?? '' }));
}

function matched(found: readonly string[], known: readonly string[]): string[] {
  const odd = [...found.filter((name) => !known.includes(name)), ...known.filter((name) => !found.includes(name))];
  if (odd.length > 0) throw new Error(`${odd.join(', ')}: in the folder or in cases.ts, but not in both`);
  return [...found].sort();
}

/** What values.json says of a file of reach/. */
export interface RightValues {
  /** As `x float32 [1,3,8,8]`, the image first. */
  readonly input: string;
  readonly outputs: Readonly<Record<string, readonly number[]>>;
}

export function readRightValues(folder: string): Readonly<Record<string, RightValues>> {
  const known = JSON.parse(readFileSync(join(folder, 'reach', 'values.json'), 'utf8'));
  return { ...FOUR_TIMES, ...known };
}

/** The first row that onnxruntime 1.32 gives for four times the same image. */
const FOUR_TIMES: Readonly<Record<string, RightValues>> = {
  'vit_fixed_batch_4.onnx': {
    input: 'input float32 [1,3,16,16]',
    outputs: { output: [-0.0857427, -0.2449772, -0.0808321, -0.355938, 0.3770858] },
  },
};
