import { PathlightError } from '../../errors.js';
import { decodeText } from '../../image/preprocessing/labels.js';
import { readBytes } from '../input.js';

/** The parsed JSON of a file. Throws PathlightError for a file that is absent, or holds no JSON. */
export async function readJson(path: string): Promise<unknown> {
  const bytes = await readBytes(path);
  try {
    const { text, encoding } = decodeText(bytes);
    if (encoding === 'Latin-1') throw new Error('its bytes are not UTF-8');
    return JSON.parse(text);
  } catch (error) {
    throw new PathlightError('file.not-json', { path, detail: (error as Error).message.replaceAll('\n', ' ') });
  }
}
