import type { RepairMap } from '../../../src/app.js';
import type { Repair } from '../../../src/index.js';
import type { Fit } from '../../lib/fits.js';
import type { AttributeRequest, Question } from './maps.js';

export interface CommandRequest extends Omit<AttributeRequest, 'image' | 'questions'> {
  readonly question: Question;
  readonly model: string;
  readonly input: string;
  /** How the visitor's own picture was fitted; absent where the input has the size of the model's already. */
  readonly fit?: Fit;
}

export interface FileRequest extends AttributeRequest {
  readonly kind: 'png' | 'svg' | 'npy' | 'result' | 'repair' | 'zip';
  /** The index of the question that the file is about. */
  readonly index: number;
  readonly model: string;
  /** The name of the picture, or of an array (`.npy`). */
  readonly input: string;
  /** The visitor's own picture, where `input` is its name; absent where `input` is the model's input itself. */
  readonly file?: Blob;
  /** As in CommandRequest. */
  readonly fit?: Fit;
  /** Whether the page shows a repair of this image: the last one that was found. The archive has no other. */
  readonly repaired: boolean;
  /** `report.html` of that repair, for the archive. */
  readonly report?: string;
}

/** The most probable classes, or all of a few. */
export interface ReportReadingFacts {
  readonly class: number;
  readonly probabilities: readonly { readonly class: number; readonly probability: number }[];
}

export interface ReportFacts {
  /** That of the file. */
  readonly name: string;
  readonly repair: Repair;
  /** The map that is shown. */
  readonly map: RepairMap;
  readonly before: ReportReadingFacts;
  /** null where nothing was changed. */
  readonly after: ReportReadingFacts | null;
  /** PNG files in base64. */
  readonly images: { readonly original: string; readonly modified?: string; readonly attribution: string };
  readonly labels: readonly string[] | null;
  readonly device: { readonly kind: 'gpu' | 'software' | 'cpu'; readonly adapter: string };
}

export interface NamedFile {
  readonly name: string;
  /** The media type. */
  readonly type: string;
  readonly bytes: Uint8Array;
}
