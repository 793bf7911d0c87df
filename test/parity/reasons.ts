/** Why a map differs from another tool's by more than rounding: a method's name, the networks, and the reason. */
const REASONS: readonly (readonly [method: RegExp, networks: readonly string[], reason: string])[] = [
  [
    /^DeepLIFT$/,
    ['vit'],
    'Captum has no rule for GELU and takes its derivative, and its rule for Softmax subtracts a mean; Pathlight has a rule for GELU, and takes the derivative of Softmax: with the same rules for these two the maps are the same (the row below)',
  ],
  [
    /^Eigen-CAM/,
    ['vit'],
    'a component has no sign, and where channels of a LayerNormalization sum to 0, rounding chooses it, in one run so and in another otherwise: with one of both signs the maps are the same (`Eigen-CAM`, and `the component negated`)',
  ],
  [
    /^LRP/,
    ['residual'],
    'a batch norm that zennit has merged keeps its epsilon of 1e-5, so each still divides by 1.000005: where nothing has to be merged (the column merged) the maps are the same',
  ],
];

/** The reason for a method on a network, if it differs. */
export function reasonFor(method: string, network: string): string | undefined {
  return REASONS.find(([pattern, networks]) => pattern.test(method) && networks.includes(network))?.[2];
}
