import type { Command } from 'commander';
import { PHOTOGRAPH, patchesOf, type Region, regionsFigure, scaleOf, sharedScaleOf, topRegions } from '../app.js';
import { heatmap, overlay, type Patches, type PatchSize, PathlightError, type Session } from '../index.js';
import { encodePng } from '../node/index.js';
import { parseNumber, parsePatch, parseWhole } from './arguments.js';
import { percentage, plural, short } from './format.js';
import type { NamedInput } from './task.js';

/** The flags for pictures of an attribution, as commander returns them. */
export interface PictureFlags {
  readonly clipPercentile?: string;
  readonly sharedScale?: true;
  readonly regions?: string;
  readonly superpixels: string;
  readonly top: string;
}

export interface PictureSettings {
  /** Absent: chosen by the size of the map. */
  readonly percentile?: number;
  readonly shared: boolean;
  readonly regions?: { readonly patch: PatchSize; readonly top: number };
}

/** Adds the flags of the pictures. */
export function addPictures(command: Command): Command {
  return command
    .optionsGroup('Pictures:')
    .option(
      '--clip-percentile <p>',
      `percentile of |attribution| that has the strongest colour (default: ${PHOTOGRAPH.percentile}, and 100 for less than 64x64 pixels)`,
    )
    .option('--shared-scale', 'colour the maps of all inputs on one scale; all are then in memory at once')
    .option('--regions <size>', 'also regions.png: the strongest blocks of so many pixels a side, or superpixels')
    .option('--superpixels <n>', 'how many superpixels, about', '64')
    .option('--top <k>', 'how many regions', '5');
}

export function readPictureFlags({ clipPercentile, sharedScale, regions, superpixels, top }: PictureFlags): PictureSettings {
  const percentile = clipPercentile === undefined ? undefined : parseNumber('--clip-percentile', clipPercentile);
  if (percentile !== undefined && !(percentile > 0 && percentile <= 100)) {
    throw new PathlightError('flag.clip-percentile', { value: String(clipPercentile) });
  }
  return {
    ...(percentile !== undefined && { percentile }),
    shared: sharedScale === true,
    ...(regions !== undefined && {
      regions: { patch: parsePatch('--regions', regions, superpixels), top: parseWhole('--top', top, 1, 10_000) },
    }),
  };
}

/** The value that the strongest colours of each map [pixels] stand for. */
export function scalesOf(
  maps: readonly Float32Array[],
  { percentile, shared }: PictureSettings,
): (ReturnType<typeof scaleOf> & { shared: boolean })[] {
  if (!shared) return maps.map((map) => ({ ...scaleOf(map, percentile), shared }));
  const common = { ...sharedScaleOf(maps, percentile), shared };
  return maps.map(() => common);
}

/** The strongest patches of a picture. */
export interface Regions {
  readonly patches: Patches;
  readonly top: readonly Region[];
}

export function regionsOf(
  { preprocessing }: Session,
  { data }: NamedInput,
  map: Float32Array,
  { patch, top }: NonNullable<PictureSettings['regions']>,
): Regions {
  const patches = patchesOf(preprocessing, data, patch);
  return { patches, top: topRegions(map, patches, preprocessing.width, top) };
}

/** The picture files of one map. */
export async function picturesOf(
  { picture }: Pick<NamedInput, 'picture'>,
  map: Float32Array,
  scale: number,
  regions: Regions | undefined,
): Promise<Record<string, Uint8Array>> {
  return {
    'input.png': await encodePng(picture),
    'heatmap.png': await encodePng(heatmap(map, picture.width, picture.height, { scale })),
    'overlay.png': await encodePng(overlay(picture, map, { scale })),
    ...(regions && { 'regions.png': await encodePng(regionsFigure(picture, regions.patches, regions.top)) }),
  };
}

/** One line for each region. */
export function regionLines(regions: readonly Region[]): [string, string][] {
  return regions.map(({ rank, sum, share, pixels, box }) => [
    rank === 1 ? 'regions' : '',
    `${rank}: ${sum > 0 ? '+' : ''}${short(sum)}, ${percentage(share)} of all, ${plural(pixels, 'pixel')} from row ${box.top}, column ${box.left} on`,
  ]);
}
