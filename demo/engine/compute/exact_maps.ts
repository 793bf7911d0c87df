import { describeGraph, withOutput } from '../../../src/app.js';
import { attribute, type Session } from '../../../src/index.js';
import { present } from '../../lib/present.js';
import type { AttributeRequest, ExactAnswer } from '../contract/maps.js';
import { mostEvaluations } from './limits.js';

/** The part of a request that an exact map depends on. */
type Question = Pick<AttributeRequest, 'image' | 'questions' | 'baseline' | 'output'>;

/** How many answers are kept: enough for a few pictures with a few settings each. */
const KEPT = 12;

/** The exact maps of one model. The newest ones are kept, so that going back to a picture computes nothing. */
export class ExactMaps {
  #kept: { readonly question: Question; readonly answer: ExactAnswer }[] = [];

  /** The exact maps for the questions of a request, whose steps and rule do not matter. Throws PathlightError if there are too many linear regions. */
  async of(session: Session, request: AttributeRequest, signal: AbortSignal): Promise<ExactAnswer> {
    const { image, questions, baseline } = request;
    const question = { image, questions, baseline, output: outputOf(session, request) };
    const kept = this.#kept.find((one) => isSame(one.question, question));
    if (kept !== undefined) return kept.answer;
    const answer = await compute(session, question, signal);
    this.#kept = [{ question, answer }, ...this.#kept].slice(0, KEPT);
    return answer;
  }
}

/** Where the network's own output is its logits, both are one question. */
function outputOf({ graph }: Session, { output }: Question): Question['output'] {
  return output === 'raw' && describeGraph(graph).head === 'logits' ? 'logit' : output;
}

async function compute(session: Session, { image, questions, baseline, output }: Question, signal: AbortSignal): Promise<ExactAnswer> {
  const { firstSmooth, finalSoftmax, head } = describeGraph(withOutput(session.graph, output));
  if (firstSmooth !== null) return { smooth: `${firstSmooth.op} "${firstSmooth.name}"` };
  if (head !== 'logits') return { smooth: finalSoftmax ?? head };
  const results = await attribute(
    session,
    questions.map(() => image),
    {
      target: questions.map(({ target }) => target),
      contrast: questions.map(({ contrast }) => contrast),
      steps: 'exact',
      maxSteps: await mostEvaluations(session),
      baseline,
      output,
      signal,
    },
  );
  return { maps: results.map(({ values, exact }) => ({ values, exact: present(exact, 'the account of an exact map') })) };
}

function isSame(a: Question, b: Question): boolean {
  return (
    a.baseline === b.baseline &&
    a.output === b.output &&
    a.questions.length === b.questions.length &&
    a.questions.every(({ target, contrast }, i) => target === b.questions[i]?.target && contrast === b.questions[i]?.contrast) &&
    a.image.length === b.image.length &&
    a.image.every((value, i) => value === b.image[i])
  );
}
