/** What was dropped, pasted or chosen, by what the page does with it. */
export interface GivenFiles<F> {
  readonly network: F | undefined;
  /** The `.json` that belongs to the network. */
  readonly sideFile: F | undefined;
  /** A text file with the names of the network's classes. */
  readonly labels: F | undefined;
  readonly picture: F | undefined;
  /** Files that the page has no use for: of another kind, or more than one of a kind. */
  readonly unused: readonly F[];
}

type Named = Pick<File, 'name' | 'type'>;

const isNetwork = ({ name }: Named) => /\.onnx$/i.test(name);
const isSideFile = ({ name }: Named) => /\.json$/i.test(name);
const isLabels = ({ name }: Named) => /\.txt$/i.test(name);
const isPicture = ({ name, type }: Named) => type.startsWith('image/') || /\.(png|jpe?g|webp|avif|gif|bmp|npy)$/i.test(name);

/**
 * Sorts files, in whatever order they came: the first network, picture and file of labels, and the side file. Of several `.json` files that one is the side
 * file that has the network's name, as `digits.json` beside `digits.onnx`.
 */
export function sortFiles<F extends Named>(files: readonly F[]): GivenFiles<F> {
  const network = files.find(isNetwork);
  const labels = files.find(isLabels);
  const picture = files.find((file) => isPicture(file) && ![isNetwork, isSideFile, isLabels].some((is) => is(file)));
  const candidates = files.filter(isSideFile);
  const wanted = network?.name.replace(/\.onnx$/i, '.json').toLowerCase();
  const sideFile = candidates.find(({ name }) => name.toLowerCase() === wanted) ?? candidates[0];
  const used: readonly (F | undefined)[] = [network, sideFile, labels, picture];
  return { network, sideFile, labels, picture, unused: files.filter((file) => !used.includes(file)) };
}
