import { isHuggingFaceConfig, readLabelFile } from '../../../src/app.js';
import { builtInLabels, PathlightError, type SessionOptions } from '../../../src/index.js';
import type { OpenModel, OwnModel } from '../contract/models.js';

type Given = Omit<OwnModel, 'name' | 'bytes'>;
type Described = Pick<SessionOptions, 'sideFile' | 'preprocessing' | 'outputName' | 'size' | 'huggingFace' | 'externalData'>;

/** What is known of a model besides its file. */
export async function settingsOf({ labels: file, labelList, preset, pixels, outputName, size, data, ...texts }: Given): Promise<Described> {
  const list = labelList === undefined || labelList === 'numbers' ? undefined : await builtInLabels(labelList);
  const labels = list ?? (file && readLabelFile(file.bytes, file.name).labels);
  return {
    ...jsonOf(texts),
    ...(outputName !== undefined && { outputName }),
    ...(size && { size }),
    ...((labels || preset || pixels) && {
      preprocessing: {
        ...(labels && { labels }),
        ...(preset && { preprocess: preset }),
        ...pixels,
      },
    }),
    // The page knows files without their folders.
    ...(data && { externalData: (name) => data.find((one) => one.name === name.split('/').at(-1))?.file }),
  };
}

/** What the visitor has chosen. */
export function choicesOf({ preset, pixels, labelList, outputName, size, labels }: Given): OpenModel['choices'] {
  return {
    ...(preset && { preset }),
    ...(pixels && { pixels }),
    ...(labelList && { labelList }),
    ...(outputName !== undefined && { outputName }),
    ...(size && { size }),
    ...(labels && { labelFile: labels.name }),
  };
}

/** A `config.json` that is not Hugging Face's is a side file like any other, and so is TensorFlow.js' `model.json` none. */
function jsonOf(texts: Pick<Given, 'sideFile' | 'config' | 'preprocessorConfig'>): Pick<Described, 'sideFile' | 'huggingFace'> {
  const [sideFile, config, preprocessorConfig] = [texts.sideFile, texts.config, texts.preprocessorConfig].map(parseJson);
  const described = isHuggingFaceConfig(config);
  const settings = sideFile === undefined && !described ? config : sideFile;
  const ofFolder = { ...(described && { config }), ...(preprocessorConfig !== undefined && { preprocessorConfig }) };
  return {
    ...(settings !== undefined && !isTensorFlowJs(settings) && { sideFile: isNames(settings) ? { labels: settings } : settings }),
    ...(Object.keys(ofFolder).length > 0 && { huggingFace: ofFolder }),
  };
}

/** A list, or a table of indexes, names the classes, and has no settings. */
function isNames(parsed: unknown): boolean {
  return typeof parsed === 'object' && parsed !== null && Object.keys(parsed).every((key) => /^\d+$/.test(key));
}

function isTensorFlowJs(parsed: unknown): boolean {
  return typeof parsed === 'object' && parsed !== null && 'modelTopology' in parsed;
}

function parseJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new PathlightError('page.side-file');
  }
}
