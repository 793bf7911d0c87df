import { describe, expect, test } from 'vitest';
import { builtInLabels, LABEL_LISTS, type LabelList } from '../../../../src/index.js';

// The names of classes that Pathlight knows.

const lists = Object.entries(LABEL_LISTS) as [LabelList, number][];

describe.each(lists)('%s', (list, classes) => {
  test(`has ${classes} names, each another and without white space around it`, async () => {
    const labels = await builtInLabels(list);
    expect(labels).toHaveLength(classes);
    expect(new Set(labels).size).toBe(classes);
    expect(labels.filter((label) => label === '' || label !== label.trim())).toEqual([]);
  });
});

// Indexes that torchvision's and Keras' documentation show, and those of data sets' pages.
test.each([
  ['imagenet', { 0: 'tench', 22: 'bald eagle', 281: 'tabby', 340: 'zebra', 934: 'hotdog', 999: 'toilet tissue' }],
  ['imagenet-1001', { 0: 'background', 1: 'tench', 1000: 'toilet tissue' }],
  ['mnist', { 0: '0', 9: '9' }],
  ['fashion-mnist', { 0: 'T-shirt/top', 9: 'ankle boot' }],
  ['cifar-10', { 0: 'airplane', 3: 'cat', 9: 'truck' }],
  ['cifar-100', { 0: 'apple', 99: 'worm' }],
] as const)('%s has the order of its data set', async (list, expected) => {
  const labels = await builtInLabels(list);
  for (const [index, label] of Object.entries(expected)) expect(labels[Number(index)]).toBe(label);
});

test('a list that there is not is refused', async () => {
  await expect(builtInLabels('imagenet21k' as LabelList)).rejects.toThrow('imagenet, imagenet-1001, mnist');
});
