/** A line that a file gets, and why no map can be given of it. */
export interface Refusal {
  readonly line: RegExp;
  readonly why: string;
}

/** Refusals that are right: of files that no tool could explain, or that the exporter broke. All others count as faults. */
export const REFUSALS: readonly Refusal[] = [
  {
    line: /^operator com\.microsoft\.nchwc\./,
    why: `onnxruntime warns when it saves such a file that it is for the hardware it was made on. The weights lie in blocks of 8 or 16 channels, as that
processor has them, and the file does not say of how many. The same optimisations without that layout are read ("all but NchwcTransformer").`,
  },
  {
    line: /^unsupported operator \w*Random\w*/,
    why: `Keras exports layers that augment pictures as they work in training: the scores are those of a picture that is flipped or moved at random, by an
operator that ONNX does not have, so that onnxruntime opens none of these files. tf2onnx with \`training=False\` writes the network that is meant.`,
  },
  {
    line: /^unsupported operator StatefulPartitionedCall/,
    why: `Keras calls a compiled function of TensorFlow where ConvNeXt has its depthwise convolutions, and tf2onnx leaves that call in the file as it is: ONNX has no
such operator, and onnxruntime opens the file no more than Pathlight does.`,
  },
  {
    line: /training_mode/,
    why: 'The scores depend on the other pictures of the batch, or on random numbers.',
  },
  {
    line: /masks all of a row of Softmax/,
    why: 'The outputs of such a row are NaN.',
  },
];

/** Why a line is right. Undefined where it is a fault, or says of nothing that it was refused. */
export function reasonFor(line: string): string | undefined {
  return REFUSALS.find((refusal) => refusal.line.test(line))?.why;
}
