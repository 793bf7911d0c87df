export type Part = 'why' | 'fix' | 'bench';
/** The words of each step as the page writes them, and what they mean. */
export type Glossaries = Readonly<Record<Part, readonly (readonly [word: string, meaning: string])[]>>;

export const en: Glossaries = {
  why: [
    ['Logit', 'The network’s score of a class, any number. It reads the class with the highest one. Probabilities are made of all scores.'],
    ['Gradient', 'How much the output changes when a pixel becomes a little brighter.'],
    ['Baseline', 'A picture that shows nothing, such as a black one. A map says what the picture has and the baseline has not.'],
    [
      'Steps',
      'At how many pictures between baseline and picture the gradient is taken. More take longer, and are nearer to the exact integral.',
    ],
    ['Fixed, Auto, Exact', 'That many steps; as many as it takes until the map stands still; or no steps, but the exact integral.'],
    ['Rule', 'Where between baseline and picture the steps lie, and how much each counts.'],
    ['Contrast', 'The map of one class minus that of another: what speaks for the one rather than for the other.'],
    ['Strongest colour at', 'Below 100%, a few strong pixels share the outermost colour, so that weaker ones can be seen.'],
    ['Sum', 'All pixels of the map, added up.'],
    ['f(x) − f(b)', 'The output at the picture minus that at the baseline. This number is what the map divides among the pixels.'],
    ['Delta', 'The sum minus f(x) − f(b). Near 0, nothing was lost or invented.'],
    ['Error against exact', 'How far the map is from the exact integral at its worst pixel, as a share of the strongest one.'],
  ],
  fix: [
    ['Flip', 'The change of a pixel to its opposite, to white or to the background.'],
    ['auto', 'All strategies in turn. The smallest edit is kept.'],
    [
      'contrast, target, saliency',
      'The strongest pixels of a map change first: of the wanted class rather than the one read, of the wanted class, or of the gradient alone.',
    ],
    ['flip', 'The pixels change first whose opposite the map credits most.'],
    ['greedy', 'Every flip is tried, the best one kept, and so on. It needs no map.'],
    ['random', 'Pixels change in random orders. What a map finds should be smaller than what chance finds.'],
    ['Candidate', 'An edited picture that the network was asked about.'],
    ['Pruned', 'Changed back, since the class stays without that change.'],
    ['Proven', 'All pictures with fewer flips were asked, and none is read as the wanted class.'],
  ],
  bench: [
    ['Adapter', 'What computes for web pages: the graphics card with its driver, or a program on the processor in its place.'],
    ['Kernel', 'A small program that runs on the adapter, one kind of work of a network’s layers.'],
    ['Dispatch', 'One start of a kernel.'],
    ['Plan', 'Layered: a start for every layer. Fused: the whole network in one.'],
    ['Read back', 'What comes back from the adapter to the page.'],
    ['Relative delta', 'How far the sum of the map is from what it should be, as a share of that.'],
    ['Alpha steps a second', 'At how many pictures between baseline and picture a gradient is taken in a second.'],
    ['float64', 'Numbers with 16 digits. Graphics cards compute with 7, so the doctor compares with these.'],
    ['GFLOP/s', 'A billion multiplications or additions a second.'],
  ],
};
