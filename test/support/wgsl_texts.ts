import { checksFor } from '../../src/doctor/checks.js';
import { halveActivations } from '../../src/gpu/compile/halves.js';
import { halvesOf, type Schedule } from '../../src/gpu/compile/schedule.js';
import { lanesFor } from '../../src/gpu/fused/choose.js';
import { fuse } from '../../src/gpu/fused/program.js';
import { inHalves } from '../../src/gpu/kernels/halves.js';
import { files, kernelSource } from '../../src/gpu/kernels/source.js';
import { coverPairs, DEVICES, type Variant, variantsOf } from './variants.js';

/** A text of WGSL that some device is given. */
export interface WgslText {
  readonly name: string;
  readonly text: string;
}

/**
 * The texts that the checks of a full examination (src/doctor) give a device without subgroups, whatever the number of samples, each once; those of the
 * fused plan linked. Of convolutions, whose texts are nine tenths of all, so many that every pair of constants is in one.
 */
export function wgslTexts(): WgslText[] {
  const checks = checksFor({ quick: false });
  const layered = checks.filter(({ plan }) => plan === 'layered').flatMap(({ runs }) => runs().map(({ schedule }) => schedule));
  const withoutSubgroups = Object.values(DEVICES).filter(({ broadcasts }) => !broadcasts);
  const variants = variantsOf(
    layered.flatMap(({ dispatches }) => dispatches),
    withoutSubgroups,
  );
  const covering = coverPairs(variants.map(([, variant]) => variant).filter(isConvolution));
  const single = variants
    .filter(([name, variant]) => covering.has(name) || !isConvolution(variant))
    .map(([name, { kernel, constants }]) => ({ name, text: kernelSource(kernel, constants) }));
  // A lane a sample, and a workgroup a sample, with barriers. The kernels are linked in the same way for both.
  const linked = checks
    .filter(({ plan }) => plan === 'fused')
    .flatMap(({ name, runs }, index) =>
      runs().flatMap(({ schedule }) =>
        [lanesFor('software', 1), ...(index === 0 ? [lanesFor('gpu', 1)] : [])].flatMap((lanes) =>
          fuse(schedule, { lanes }).parts.map(({ source }, part) => ({ name: `${name}, part ${part}, ${lanes} lanes`, text: source })),
        ),
      ),
    );
  const texts = new Map([...single, ...halvedTexts(layered), ...linked].map(({ name, text }) => [text, name]));
  return [...texts].map(([text, name]) => ({ name, text }));
}

/** For each kernel of paths one text that stores activations in 16 bits. The conversion knows no constant of a template. */
function halvedTexts(schedules: readonly Schedule[]): WgslText[] {
  const texts = new Map<string, WgslText>();
  for (const schedule of schedules) {
    if (!schedule.dispatches.some(({ kernel }) => kernel === 'path_reduce')) continue;
    for (const dispatch of halveActivations(schedule).dispatches) {
      const { kernel, constants } = dispatch;
      const halves = halvesOf(dispatch);
      const name = `${kernel}, 16 bits`;
      if (halves.length === 0 || texts.has(name)) continue;
      texts.set(name, { name, text: inHalves(kernel, kernelSource(kernel, constants), halves, files.get('lib/halves') ?? '') });
    }
  }
  return [...texts.values()];
}

function isConvolution({ kernel }: Variant): boolean {
  return kernel.startsWith('conv_');
}
