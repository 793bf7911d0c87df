/** What was dropped, pasted or chosen, by what the page does with it. */
export interface GivenFiles<F> {
  /** An .onnx file, or a network of another kind, which the engine tells by its bytes. */
  readonly network: F | undefined;
  /** The `.json` that belongs to the network. */
  readonly sideFile: F | undefined;
  /** `config.json` and `preprocessor_config.json` of a folder of Hugging Face. */
  readonly config: F | undefined;
  readonly preprocessorConfig: F | undefined;
  /** A text file with the names of the network's classes. */
  readonly labels: F | undefined;
  /** What may hold the network's weights. */
  readonly data: readonly F[];
  readonly picture: F | undefined;
  /** Files that the page has no use for: of another kind, or more than one of a kind. */
  readonly unused: readonly F[];
}

type Named = Pick<File, 'name' | 'type'>;

const isNetwork = ({ name }: Named) => /\.onnx$/i.test(name);
const isSideFile = ({ name }: Named) => /\.json$/i.test(name);
const isLabels = ({ name }: Named) => /\.txt$/i.test(name);
const isPicture = ({ name, type }: Named) => type.startsWith('image/') || /\.(png|jpe?g|webp|avif|gif|bmp|npy)$/i.test(name);
/** As exporters name the files with the weights of a network. */
const isData = ({ name }: Named) => /([._]data(_\d+)?|\.bin|\.weights?)$/i.test(name);
const isOtherNetwork = ({ name }: Named) =>
  /\.(pt2?|pth|ckpt|bin|safetensors|pkl|joblib|tflite|h5|hdf5|keras|pb|mlmodel|mlpackage|xml|ort|pdmodel|gguf|engine|zip|t?gz|tar|7z)$/i.test(
    name,
  );
/** Documents and code, which hold no weights. All other names may: old exporters name a file after each tensor. */
const isDocument = ({ name, type }: Named) =>
  type.startsWith('text/') || /\.(pdf|md|docx?|html?|csv|py|ipynb|ya?ml|toml|js|ts|zip|exe)$/i.test(name);

/**
 * Sorts files, in whatever order they came: the first network, picture and file of labels, the side file, the files of Hugging Face, and weights. Of
 * several `.json` files that one is the side file that has the network's name, as `digits.json` beside `digits.onnx`.
 *
 * @param wanted the name of the file for whose weights a network waits.
 */
export function sortFiles<F extends Named>(files: readonly F[], wanted?: string): GivenFiles<F> {
  const known = (file: F) => [isNetwork, isSideFile, isLabels].some((is) => is(file));
  const isWanted = (file: F) => file.name === wanted;
  const onnx = files.find(isNetwork);
  const labels = files.find((file) => isLabels(file) && !isWanted(file));
  const picture = files.find((file) => isPicture(file) && !known(file) && !isWanted(file));
  const json = files.filter((file) => isSideFile(file) && !isWanted(file));
  const beside = onnx?.name.replace(/\.onnx$/i, '.json').toLowerCase();
  const own = json.find(({ name }) => name.toLowerCase() === beside);
  const called = (name: string) => json.find((file) => file.name === name && file !== own);
  const [config, preprocessorConfig] = [called('config.json'), called('preprocessor_config.json')];
  const sideFile = own ?? json.find((file) => file !== config && file !== preprocessorConfig);
  const others = files.filter((file) => !known(file) && !isPicture(file));
  // Without a network, what looks like one of another kind is told by its bytes; beside one it is named as not used.
  const ofOtherKind = others.filter((file) => isOtherNetwork(file) && !isWanted(file));
  // A .bin beside another file holds its weights.
  const network = onnx ?? ofOtherKind.find((file) => !isData(file)) ?? ofOtherKind[0];
  const mayHoldWeights = (file: F) => isData(file) || (onnx !== undefined && !isOtherNetwork(file) && !isDocument(file));
  const data = files.filter((file) => isWanted(file) || (file !== network && others.includes(file) && mayHoldWeights(file)));
  const used: readonly (F | undefined)[] = [network, sideFile, config, preprocessorConfig, labels, picture, ...data];
  return { network, sideFile, config, preprocessorConfig, labels, data, picture, unused: files.filter((file) => !used.includes(file)) };
}

/** What the page takes of a folder: the network and what belongs to it. A network in another form lies beside the .onnx file in many. */
export function chooseFromFolder<F extends Named>(files: readonly F[]): F[] {
  const models = files.filter(isNetwork);
  const onnx = models.find(({ name }) => name === 'model.onnx') ?? models[0];
  if (onnx === undefined) return files.filter((file) => isOtherNetwork(file)).slice(0, 1);
  const beside = onnx.name.replace(/\.onnx$/i, '.json');
  const describes = ({ name }: F) => ['config.json', 'preprocessor_config.json', beside].includes(name);
  const isItsData = (file: F) => isData(file) && !isOtherNetwork(file) && file.name.startsWith(onnx.name.replace(/\.onnx$/i, ''));
  return files.filter((file) => file === onnx || describes(file) || isItsData(file));
}
