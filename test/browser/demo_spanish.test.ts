import { expect, test } from 'vitest';
import { andSettle, chooseSegment, giveFiles, measureOnPage, repairOnPage, settled } from '../support/demo_page.js';
import { data, fresh, modelFile, page, quiet, text, visibleText, walkDemo } from '../support/demo_walk.js';

walkDemo({ webgpu: false });

// The page in Spanish: what a visitor sees, what a screen reader says, and what the engine says.

/** Names that Spanish texts keep: they are taken out before words are compared. Each is written as it stands on the Spanish page. */
const NAMES = [
  // Methods of attribution, and rules of quadrature.
  ...['Integrated Gradients', 'Expected Gradients', 'GradientSHAP', 'Blur IG', 'Guided IG', 'Guided Backpropagation', 'Attention Rollout'],
  ...['Grad-CAM++', 'Grad-CAM', 'HiResCAM', 'LayerCAM', 'Score-CAM', 'Eigen-CAM', 'LeGrad', 'AttnLRP', 'LRP', 'DeepLIFT', 'Kernel SHAP'],
  ...['RISE', 'XRAI', 'Shapley', 'SmoothGrad', 'SHAP', 'Captum', 'Gauss–Legendre'],
  // Strategies as the command line has them.
  ...['(auto)', '(contrast, target, saliency)', '(flip)', '(greedy)', '(random)'],
  // Files, and what stands in them.
  ...['.onnx.data', '.json (mean, std, range, labels)', 'result.json', 'report.html', 'doctor.json'],
  // Shipped networks.
  ...['digits-naive', 'scenes-naive', 'scenes:', 'digits'],
  // Programs, and what stands in their settings.
  ...['Pathlight', 'WebGPU', 'JavaScript', 'Chrome', 'Edge', 'Linux', 'chrome://flags/#enable-unsafe-webgpu', 'torchvision', 'Caffe'],
  ...['Hugging Face', 'ImageNet', 'Fashion-MNIST', 'MNIST', 'CIFAR', 'Lanczos', 'TensorFlow', 'PyTorch'],
];

/** Words that are Spanish, too. A text that nobody translated is on both pages, and has other words than these. */
const SHARED = new Set(
  [
    'auto control cpu data delta error float gflop gif integral json kernel kib bmp jpeg png svg webp npy onnx zip gpu html txt',
    'digit doctor logit logits plan red softmax use usual',
    // Names in the network that is drawn, and of the files that are given.
    'dense flatten gemm image relu cinco',
  ]
    .join(' ')
    .split(' '),
);

/** Every word of three letters or more that is seen or read out, without what is marked as English, commands, addresses and files. */
async function words(): Promise<ReadonlySet<string>> {
  const said = await page.evaluate(() => {
    const list: string[] = [document.title];
    const foreign = 'body [lang], code, pre, noscript, script, style';
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if (node.parentElement?.closest(foreign) === null) list.push(node.textContent ?? '');
    }
    for (const element of document.body.querySelectorAll('*')) {
      if (element.closest(foreign) !== null) continue;
      for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-valuetext', 'aria-description']) {
        list.push(element.getAttribute(name) ?? '');
      }
    }
    return list;
  });
  const without = said.map((one) => NAMES.reduce((rest, name) => rest.replaceAll(name, ' '), one));
  return new Set(without.flatMap((one) => (one.match(/\p{L}{3,}/gu) ?? []).map((word) => word.toLowerCase())));
}

/** Expects that what the page says now it says in Spanish, too. English is chosen before and after. */
async function expectTranslated(what: string): Promise<void> {
  const english = await words();
  await chooseSegment(page, 'es');
  await quiet();
  const spanish = await words();
  await chooseSegment(page, 'en');
  await quiet();
  expect([...english].filter((word) => spanish.has(word) && !SHARED.has(word)).sort(), what).toEqual([]);
}

const open = (part: string) => page.locator(`details[data-test=${part}] > summary`).click();

test('no text is English but names: at first, with every part open, with a picture and a network of one’s own', async () => {
  await fresh('#steps=8');
  await expectTranslated('at first');
  for (const [part, loaded] of [
    ...['why', 'fix', 'bench'].map((step) => [`glossary-${step}`, 'dl'] as const),
    ['options', '[data-option]'],
    ['magnifier', '.magnifier'],
    ['regions', '[data-test=regions-view]'],
  ] as const) {
    await open(part);
    await page.waitForSelector(`details[data-test=${part}] ${loaded}`);
  }
  await page.locator('[data-test=all-baselines]').click();
  await page.waitForSelector('details[data-test=curves]');
  await open('curves');
  await page.locator('[data-test=measure-curves]').click();
  await page.waitForSelector('[data-test=curve-verdict]');
  await page.locator('[data-test=compare]').click();
  await page.waitForSelector('[data-test=versus-verdict]');
  await repairOnPage(page);
  await measureOnPage(page);
  await page.locator('[data-test=problem-show]').click();
  await page.waitForSelector('[data-test=problem-text]');
  await expectTranslated('every part open');
  await chooseSegment(page, 'scenes');
  await page.waitForSelector('[data-scene] img');
  await expectTranslated('colour pictures');
  await chooseSegment(page, 'draw');
  await expectTranslated('a drawing');
  const five = { name: 'cinco.png', type: 'image/png', bytes: await modelFile('study/5-read-as-1.png') };
  await giveFiles(page, 'drop', [{ name: 'red.onnx', type: '', bytes: await modelFile('digits-naive.onnx') }, five]);
  await page.waitForSelector('[data-preset=zero-one] .preset-answers');
  await quiet();
  await expectTranslated('how pixels become numbers');
  await andSettle(page, () => page.locator('[data-preset=zero-one] input').click());
  await chooseSegment(page, 'picture');
  await page.waitForSelector('[data-test=keep-picture]');
  await expectTranslated('a picture');
  await chooseSegment(page, 'model');
  await page.waitForSelector('[data-test=network] summary');
  await open('network');
  await page.waitForSelector('[data-test=graph] svg');
  await page.locator('[data-test=find-dead]').click();
  await page.waitForSelector('.graph-dead');
  await expectTranslated('a network');
});

test('titles, errors and the outcome of every attempt are Spanish, and the language stays', async () => {
  await fresh();
  const english = await text('body');
  await chooseSegment(page, 'es');
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('es');
  expect(await page.title()).toContain('Pathlight: ver');
  expect(await visibleText('h2')).toEqual([
    '¿Qué lee?',
    '¿Qué píxeles la llevaron a leer eso?',
    '¿Qué poco la hace cambiar?',
    '¿Cuántos pasos bastan?',
    '¿Qué puedo guardar y compartir?',
  ]);
  const spanish = await text('body');
  for (const word of ['Choose', 'network', 'Steps', 'pixels', 'Measure', 'Strategy', 'against']) {
    expect(english).toContain(word);
    expect(spanish).not.toContain(word);
  }
  // Errors and the outcome of every attempt are in Spanish too. Only names and the texts of drivers are not.
  const huge = Uint8Array.from(Buffer.from('89504e470d0a1a0a0000000d49484452000027100000271008000000000000000000', 'hex'));
  await giveFiles(page, 'drop', [{ name: 'huge.png', type: 'image/png', bytes: huge }]);
  await expect.poll(() => text('#look [data-problem] span')).toBe('una imagen de 10000x10000, 100 megapíxeles (como mucho 40)');
  await repairOnPage(page);
  expect(await visibleText('[data-test=attempts] .reason')).toContain('1 píxel cambiado');
  // The better network is asked too, and the dot that turns the weaker one is tried on it.
  await page.locator('[data-test=compare]').click();
  await page.waitForSelector('[data-test=versus-verdict]');
  expect(await data('[data-test=versus-first]', 'class')).toBe('1');
  expect(await data('[data-test=versus-second]', 'class')).toBe('7');
  expect(await data('[data-test=versus-verdict]', 'fooled')).toBe('false');
  expect(await text('[data-test=versus-verdict]')).toContain('sigue leyendo 7');
  await quiet();
  expect(await page.$$eval('#look [lang=en], #fix [lang=en]', (english) => english.map(({ textContent }) => textContent))).toEqual([]);
  await page.reload({ waitUntil: 'load' });
  await settled(page);
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('es');
  await chooseSegment(page, 'en');
});
