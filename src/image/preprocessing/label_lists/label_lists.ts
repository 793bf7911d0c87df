import { checkArgument } from '../../../tensor/arguments.js';

/**
 * The names of classes that Pathlight knows, and how many each list has. `imagenet-1001` is ImageNet's behind a class 0 for the background, as
 * networks of TensorFlow have it.
 *
 * @example const fitting = Object.entries(LABEL_LISTS).filter(([, classes]) => classes === 1000).map(([name]) => name);
 */
export const LABEL_LISTS = {
  imagenet: 1000,
  'imagenet-1001': 1001,
  mnist: 10,
  'fashion-mnist': 10,
  'cifar-10': 10,
  'cifar-100': 100,
} as const;

/**
 * The name of one of LABEL_LISTS.
 *
 * @example const list: LabelList = 'imagenet';
 */
export type LabelList = keyof typeof LABEL_LISTS;

/**
 * The names of the classes in a list, in the order of a network's outputs. They are loaded when they are asked for. A network whose classes
 * have another order gets wrong names: nothing can tell.
 *
 * @example
 * const labels = await builtInLabels('imagenet');
 * const session = await createSession(bytes, { preprocessing: { preprocess: 'imagenet', labels } });
 */
export async function builtInLabels(list: LabelList): Promise<readonly string[]> {
  checkArgument('list', list, Object.keys(LABEL_LISTS));
  if (list === 'imagenet' || list === 'imagenet-1001') {
    const { IMAGENET } = await import('./imagenet.js');
    return list === 'imagenet' ? IMAGENET : ['background', ...IMAGENET];
  }
  const { MNIST, FASHION_MNIST, CIFAR_10, CIFAR_100 } = await import('./digits_and_things.js');
  return { mnist: MNIST, 'fashion-mnist': FASHION_MNIST, 'cifar-10': CIFAR_10, 'cifar-100': CIFAR_100 }[list];
}

/** The JSON of a side file, with the names of a list in the place of its name: `"labels": "imagenet"`. Anything else stays as it is. */
export async function withBuiltInLabels(json: unknown): Promise<unknown> {
  if (typeof json !== 'object' || json === null || !('labels' in json)) return json;
  const { labels } = json;
  return isLabelList(labels) ? { ...json, labels: await builtInLabels(labels) } : json;
}

function isLabelList(value: unknown): value is LabelList {
  return typeof value === 'string' && Object.hasOwn(LABEL_LISTS, value);
}
