import { strToU8, zipSync } from 'fflate';
import {
  attributionRecord,
  captionOf,
  comparison,
  methodNamed,
  methods,
  nameClass,
  nameReading,
  pngOf,
  repairMap,
  repairRecord,
  scaleOf,
} from '../../../src/app.js';
import {
  type AttributionResult,
  attribute,
  heatmap,
  overlay,
  PathlightError,
  pixelLayout,
  quantisedReading,
  type Session,
  sumChannels,
  toPicture,
  writeNpy,
} from '../../../src/index.js';
import { classInName, stemOf } from '../../lib/file_names.js';
import { optionsOf, ruleOf } from '../../lib/methods.js';
import type { FileRequest, NamedFile, ReportFacts } from '../contract/files.js';
import type { Question } from '../contract/maps.js';
import type { OpenModel } from '../contract/models.js';
import { commandLine } from './command_line.js';
import { type LastRepair, reportFacts } from './report.js';
import { mapToSvg } from './svg.js';

/** The bytes of files, by name. */
type Files<Name extends string> = Record<Name, Uint8Array>;
type MapFile = 'attribution.npy' | 'heatmap.png' | 'heatmap.svg' | 'overlay.png' | 'result.json';
type RepairFile = 'edited.npy' | 'edited.png' | 'comparison.png' | 'attribution.npy' | 'result.json';

/** Makes a file. Its map is computed again, for one question alone: so its cost is what the command line would report. `last` is a repair of this image. */
export async function makeFile(
  session: Session,
  opened: OpenModel,
  request: FileRequest,
  last: LastRepair | undefined,
  signal: AbortSignal,
): Promise<NamedFile> {
  const stem = nameStem(request.input, request.model);
  const question = request.questions[request.index];
  if (question === undefined) throw new PathlightError('page.map', { index: request.index, maps: request.questions.length });
  const name = `${stem}-${nameOf(session, question)}-${how(request)}`;
  const ofMap = () => mapFiles(session, request, question, signal);
  const ofRepair = () => repairFiles(session, request, found(last), signal);
  switch (request.kind) {
    case 'png':
      return { name: `${name}.png`, type: 'image/png', bytes: (await ofMap())['heatmap.png'] };
    case 'svg':
      return { name: `${name}.svg`, type: 'image/svg+xml', bytes: (await ofMap())['heatmap.svg'] };
    case 'npy':
      return { name: `${name}.npy`, type: 'application/octet-stream', bytes: (await ofMap())['attribution.npy'] };
    case 'result':
      return { name: `${name}-result.json`, type: 'application/json', bytes: (await ofMap())['result.json'] };
    case 'repair':
      return { name: `${stem}-repair-result.json`, type: 'application/json', bytes: (await ofRepair())['result.json'] };
    case 'zip':
      return { name: `${stem}.zip`, type: 'application/zip', bytes: await everything(session, opened, request, last, signal) };
  }
}

/** Begins the names of all files of a picture and a network. */
function nameStem(input: string, model: string): string {
  return `${stemOf(input)}-${stemOf(model)}`;
}

/** A zip with one folder for each map, one for the repair, the picture or array that the commands name, and the command lines that make the same maps. */
async function everything(
  session: Session,
  opened: OpenModel,
  request: FileRequest,
  last: LastRepair | undefined,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { input, questions } = request;
  const files: Files<string> = { [input]: await inputFile(session, request) };
  for (const question of questions) put(files, nameOf(session, question), await mapFiles(session, request, question, signal));
  if (last !== undefined) put(files, 'repair', await repairFiles(session, request, last, signal));
  if (last !== undefined && request.report !== undefined) files['repair/report.html'] = strToU8(request.report);
  const commands = questions.map((question) => commandLine(session, opened, { ...request, question }));
  files['commands.txt'] = strToU8(`${commands.join('\n')}\n`);
  return zipSync(files, { level: 6 });
}

/** The file that the commands read. */
async function inputFile({ preprocessing }: Session, { file, input, image }: FileRequest): Promise<Uint8Array> {
  if (file !== undefined) return new Uint8Array(await file.arrayBuffer());
  return input.endsWith('.npy') ? writeNpy(image, preprocessing.shape) : pngOf(toPicture(image, preprocessing));
}

function put(files: Files<string>, folder: string, content: Files<MapFile> | Files<RepairFile>): void {
  for (const [name, bytes] of Object.entries(content)) files[`${folder}/${name}`] = bytes;
}

/** The files of `pathlight attribute` for one question, and the map as SVG. Their colours are the command line's: a scale for each map. */
async function mapFiles(session: Session, request: FileRequest, question: Question, signal: AbortSignal): Promise<Files<MapFile>> {
  const { image, method, steps, baseline, output, model, input } = request;
  const { rule } = ruleOf(request);
  const { preprocessing } = session;
  const { width, height, shape } = preprocessing;
  const started = performance.now();
  const [result] = await attribute(session, image, {
    target: question.target,
    ...(question.contrast !== undefined && { contrast: question.contrast }),
    method,
    steps,
    ...(rule !== undefined && { rule }),
    ...optionsOf(request),
    baseline,
    output,
    signal,
  });
  const total = performance.now() - started;
  const map = sumChannels(result.values, pixelLayout(preprocessing));
  const colours = { ...scaleOf(map), shared: false };
  const { scale } = colours;
  const { kind, adapter } = await session.executor(output);
  const record = attributionRecord(session, result, {
    model,
    input,
    image,
    device: { kind, adapter },
    method,
    output,
    rule: rule ?? null,
    baseline,
    total,
    colours,
    quantised: await quantisedReading(session, image, { signal }),
  });
  return {
    'attribution.npy': writeNpy(result.values, shape),
    'heatmap.png': pngOf(heatmap(map, width, height, { scale })),
    'heatmap.svg': strToU8(mapToSvg({ map, width, height, scale, title: titleOf(session, result, output) })),
    'overlay.png': pngOf(overlay(toPicture(image, preprocessing), map, { scale })),
    'result.json': toJson(record),
  };
}

/** What the page's report tells of the last repair. */
export async function makeReport(
  session: Session,
  { input, model }: Pick<FileRequest, 'input' | 'model'>,
  last: LastRepair | undefined,
  signal: AbortSignal,
): Promise<ReportFacts> {
  const repair = found(last);
  return reportFacts(session, repair, { name: `${nameStem(input, model)}-report.html`, ...(await mapOf(session, repair, signal)) });
}

/** The map of a repair: the one that ordered its pixels, or else that of the wanted class. */
async function mapOf(session: Session, { request, answer: { repair } }: LastRepair, signal: AbortSignal) {
  const { image, target, baseline, steps, rule } = request;
  const map = repair.map ?? (repair.before.class === target ? 'target' : 'contrast');
  const { values } = await repairMap(session, image, map, { target, baseline, steps, ...(steps !== 'exact' && { rule }), signal });
  return { map, values } as const;
}

/** The files of `pathlight repair`. */
async function repairFiles(
  session: Session,
  { model, input }: FileRequest,
  last: LastRepair,
  signal: AbortSignal,
): Promise<Files<RepairFile>> {
  const { repair, before, after } = last.answer;
  const { preprocessing } = session;
  const { map, values } = await mapOf(session, last, signal);
  const { kind, adapter } = await session.executor();
  const summed = sumChannels(values, pixelLayout(preprocessing));
  const figure = comparison({
    before,
    after,
    attribution: summed,
    scale: scaleOf(summed).scale,
    changed: repair.mask,
    captions: [
      nameReading(session, repair.before),
      repair.repaired ? nameReading(session, repair.after) : 'no edit was found',
      captionOf(session, repair, map),
    ],
  });
  return {
    'edited.npy': writeNpy(repair.edited, preprocessing.shape),
    'edited.png': pngOf(after),
    'comparison.png': pngOf(figure),
    'attribution.npy': writeNpy(values, preprocessing.shape),
    'result.json': toJson(repairRecord(session, repair, { model, input, device: { kind, adapter } })),
  };
}

function found(last: LastRepair | undefined): LastRepair {
  if (last === undefined) throw new PathlightError('page.no-repair');
  return last;
}

/** The method of a map, and its baseline where the map depends on it, in names of files: maps of several methods are saved beside each other. */
function how({ method, baseline }: FileRequest): string {
  const role = methodNamed(method, methods)?.baseline;
  return role === 'start' || role === 'cover' ? `${method}-${baseline}` : method;
}

/** The name of a map in the names of files and folders, such as `for-7` or `for-7-minus-1`. */
function nameOf({ preprocessing: { labels } }: Session, { target, contrast }: Question): string {
  return `for-${classInName(labels, target)}${contrast === undefined ? '' : `-minus-${classInName(labels, contrast)}`}`;
}

function titleOf(session: Session, { target, contrast, prediction }: AttributionResult, output: string): string {
  const minus = contrast === null ? '' : ` minus that of ${nameClass(session, contrast)}`;
  return `Which pixels speak for (red) and against (blue) the ${output} of ${nameClass(session, target)}${minus}, read as ${nameClass(session, prediction.class)}`;
}

/** JSON in the form that the command line writes. */
function toJson(value: unknown): Uint8Array {
  return strToU8(`${JSON.stringify(value, null, 2)}\n`);
}
