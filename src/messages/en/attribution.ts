import type { Said, Table } from '../message.js';

/** Requests to a network: src/attribution, src/api, src/figures. */
export const attribution = {
  /** `role` is null if the class stands alone, without a role. `labels` says whether classes also have names. */
  'class.unknown': (v: { role: 'target' | 'contrast' | null; class: string | number; classes: number; labels: boolean }) => [
    `the ${v.role === null ? '' : `${v.role} `}class ${v.class} does not exist`,
    `0 to ${v.classes - 1}${v.labels ? ' or one of the labels' : ''}`,
  ],
  'class.ambiguous': (v: { class: string | number; meant: readonly { index: number; label: string }[] }) => [
    `the class ${v.class} may be ${v.meant.map(({ index, label }) => `${index} "${label}"`).join(' or ')}`,
    v.meant.map(({ index }) => `index:${index}`).join(' or '),
  ],
  'class.contrast-is-target': (v: { class: number }) => [`the contrast class ${v.class} is the target itself`, 'another class'],
  'image.numbers': (v: { what: 'image' | 'baseline' | 'attribution'; numbers: number; wanted: number }) => [
    `an ${v.what} of ${v.numbers} numbers`,
    `${v.wanted}, as the model's input`,
  ],
  'image.not-finite': (v: { what: 'image' | 'baseline'; element: number; value: number }) => [
    `the ${v.what} holds ${v.value} at element ${v.element}`,
    'finite numbers',
  ],
  /** `class` is null where it is not known which output it is. */
  'output.no-number': (v: { of: 'image' | 'baseline'; class: number | null; value: number }) => [
    `the model gave no number for the ${v.of}: ${v.class === null ? 'an output' : `its output for class ${v.class}`} is ${v.value}`,
    v.of === 'image' ? 'an image that the model was made for' : 'another baseline',
  ],
  'map.no-number': (v: { method: string; element: number; value: number }) => [
    `the method ${v.method} gave no number for element ${v.element} of the image: ${v.value}`,
    'another method, or another baseline',
  ],
  /** An error about one of several images. */
  'images.one': (v: { index: number; images: number; problem: Said }) => [`image ${v.index} of ${v.images}: ${v.problem.message}`],
  /** `option`: an option with one value for each image. */
  'images.options': (v: { option: string; given: number; images: number }) => [
    `${v.given} ${v.option}s for ${v.images} images`,
    'one an image',
  ],
  'figure.pixels': (v: { what: string; pixels: number; size: readonly number[]; wanted: number }) => [
    `${v.what} of ${v.pixels} pixels for a picture of ${v.size.join('x')}`,
    `${v.wanted} pixels, channels summed`,
  ],
  'figure.patches': (v: { pixels: number; wanted: number }) => [
    `an attribution of ${v.pixels} pixels`,
    `${v.wanted}, as many as the patches have`,
  ],
  'plan.no-gpu': () => ['the plan fused needs a GPU, and there is none', 'auto'],
  'precision.no-gpu': () => ['the precision mixed needs a GPU, and there is none', 'f32'],
  'precision.fused': () => ['the precision mixed with the plan fused, which stores all numbers in 32 bits', 'the plan auto or layered'],
  'baseline.not-finite': (v: { baseline: number }) => [`the baseline ${v.baseline}`, 'a finite number'],
  'baseline.numbers': (v: { numbers: number; wanted: number }) => [
    `a baseline of ${v.numbers} numbers`,
    `${v.wanted}, as many as the image has`,
  ],
  'baseline.unknown': (v: { baseline: string; known: readonly string[] }) => [
    `the baseline ${v.baseline} does not exist`,
    `${v.known.join(', ')}, a number or a .npy file`,
  ],
  'baseline.count': (v: { baselines: number }) => [`${v.baselines} baselines`, 'a whole number from 1'],
  'baseline.in-set': (v: { index: number; numbers: number; wanted: number }) => [
    `baseline ${v.index} of the set has ${v.numbers} numbers`,
    `${v.wanted}, as the model's input`,
  ],
  'rule.unknown': (v: { rule: string; known: readonly string[] }) => [`the rule ${v.rule} does not exist`, v.known.join(', ')],
  'rule.steps': (v: { steps: number; rule: string; least: number; most: number }) => [
    `${v.steps} steps with the rule ${v.rule}`,
    `a whole number from ${v.least} to ${v.most}`,
  ],
  'rule.with-method': (v: { rule: string; method: string }) => [`the rule ${v.rule} with the method ${v.method}`, 'no rule'],
  'rule.exact': (v: { rule: string }) => [`the rule ${v.rule} with steps exact`, 'no rule, or a number of steps'],
  'rule.auto': (v: { rule: string; nested: readonly string[] }) => [`steps auto with the rule ${v.rule}`, `one of ${v.nested.join(', ')}`],
  'steps.with-method': (v: { steps: number | string; method: string; most: number }) => [
    `steps ${v.steps} with the method ${v.method}`,
    `a whole number from 1 to ${v.most}`,
  ],
  'steps.smoothing': (v: { steps: string }) => [`smoothing with steps ${v.steps}`, 'a number of steps'],
  'steps.tolerance': (v: { tolerance: number }) => [`a tolerance of ${v.tolerance}`, 'a number between 0 and 1'],
  'steps.tolerance-without-auto': (v: { tolerance: number; steps: number | string }) => [
    `a tolerance of ${v.tolerance} with ${v.steps} steps`,
    'steps auto',
  ],
  'steps.most': (v: { most: number; least: number }) => [`at most ${v.most} steps`, `${v.least} or more`],
  /** `found`: the share of the path that is covered, 0 to 1, or the number of regions expected. */
  'exact.too-many-regions': (v: { evaluations: number; found: { readonly covered: number } | { readonly expected: number } }) => [
    `the path has more linear regions than ${v.evaluations} evaluations find: ${'covered' in v.found ? `${(100 * v.found.covered).toFixed(1)}% of the path is covered` : `about ${v.found.expected} are expected`}`,
    'a larger maximum of steps, or steps auto',
  ],
  'method.unknown': (v: { method: string; known: readonly string[] }) => [`the method ${v.method} does not exist`, v.known.join(', ')],
  'method.no-baselines': () => ['expected gradients without baselines', 'a set of them, or their number'],
  'method.no-space': () => ['this method must know the pixels of its images', 'the option space'],
  'method.no-network': () => ['this method must know the layers of the network', 'the option network'],
  'method.composite': (v: { composite: string; known: readonly string[] }) => [
    `the composite ${v.composite}`,
    `one of ${v.known.join(', ')}`,
  ],
  'method.above-0': (v: { option: string; value: number; most: number }) => [`${v.option} ${v.value}`, `above 0 and at most ${v.most}`],
  'method.layer-and-layers': (v: { layer: string; layers: readonly string[] }) => [
    `the layer ${v.layer} together with the layers ${v.layers.join(', ')}`,
    'one of them',
  ],
  'method.layers': (v: { layers: readonly string[] }) => [`the layers ${JSON.stringify(v.layers)}`, 'names of layers, each once'],
  'method.window-and-patch': () => ['a window or a stride together with patches', 'one of them'],
  'method.blur': (v: { pixels: number; most: number }) => [`a blur of ${v.pixels} pixels`, `above 0 and at most ${v.most}`],
  'method.fraction': (v: { fraction: number }) => [`a fraction of ${v.fraction}`, 'above 0 and at most 1'],
  'method.distance': (v: { distance: number }) => [`a distance of ${v.distance} at most`, 'from 0 to 1'],
  'method.pixels': (v: { option: string; pixels: number; most: number }) => [
    `${v.option} of ${v.pixels} pixels`,
    `a whole number from 1 to ${v.most}`,
  ],
  'smooth.sigma-alone': (v: { sigma: number }) => [`a sigma of ${v.sigma} without smoothing`, 'a number of noisy copies, too'],
  'smooth.variance-alone': () => ['the variance of no copies', 'a number of noisy copies, too'],
  'smooth.copies': (v: { copies: number; least: number }) => [`${v.copies} noisy copies`, `a whole number from ${v.least}`],
  'smooth.sigma': (v: { sigma: number }) => [`a sigma of ${v.sigma}`, 'a number above 0'],
  'percentages.lengths': (v: { most: number }) => [`at most ${v.most} lengths`, 'an integer above 1'],
  'percentages.no-order': (v: { map: string; reason: Said }) => [`the map ${v.map} cannot order pixels: ${v.reason.message}`],
} as const satisfies Table;
