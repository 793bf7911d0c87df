import { callers } from './en/arguments.js';
import { attribution } from './en/attribution.js';
import { cli } from './en/cli.js';
import { edit, type ReasonCode } from './en/edit.js';
import { evaluation } from './en/evaluation.js';
import { files } from './en/files.js';
import { gpu } from './en/gpu.js';
import { graph } from './en/graph.js';
import { images } from './en/images.js';
import { external } from './en/model_files/external.js';
import { foreign } from './en/model_files/foreign.js';
import { onnx } from './en/model_files/onnx.js';
import { nodes as general } from './en/nodes.js';
import { operators } from './en/operators.js';
import { page } from './en/page.js';
import { joinSentence, type Said, type Sentence, type Table } from './message.js';

const nodes = { ...general, ...operators } as const;

/** Codes of errors in a node of a file. */
export type NodeCode = keyof typeof nodes;
/** The values of such a sentence, without the node. */
export type NodeArguments<C extends NodeCode> = Parameters<(typeof nodes)[C]>;

/** The node that an error is about. */
export interface NodeValues {
  readonly operator: string;
  readonly node: string;
  readonly opset: number;
}

type OfNodes<T extends Table> = {
  readonly [C in keyof T]: (values: (Parameters<T[C]> extends [infer V] ? V : unknown) & NodeValues) => Sentence;
};

/** The same sentences, each preceded by its node. */
function ofNodes<T extends Table>(table: T): OfNodes<T>;
function ofNodes(table: Table): Table {
  const named = ({ operator, node, opset }: NodeValues, [problem, ...remedy]: Sentence): Sentence => [
    `${operator} "${node}", opset ${opset}: ${problem}`,
    ...remedy,
  ];
  return Object.fromEntries(Object.entries(table).map(([code, speak]) => [code, (values: never) => named(values, speak(values))]));
}

const english = {
  ...onnx,
  ...external,
  ...foreign,
  ...ofNodes(nodes),
  ...graph,
  ...gpu,
  ...images,
  ...files,
  ...callers,
  ...attribution,
  ...edit,
  ...evaluation,
  ...page,
  ...cli,
} as const;

/** The stable name of a message: `area.what`. */
export type MessageCode = keyof typeof english;
/** The values of a sentence: none, or one object. */
export type MessageArguments<C extends MessageCode> = Parameters<(typeof english)[C]>;
export type MessageValues<C extends MessageCode> = MessageArguments<C>[0];
/** Codes that only the command line and Node use. They are in English only. */
export type ConsoleCode = keyof typeof cli | keyof typeof files;
export type { ReasonCode, Said };

/** A code, its values, and the English sentence that they make. Structured clone can copy it. */
export interface Message<C extends MessageCode = MessageCode> {
  readonly code: C;
  readonly values: MessageValues<C>;
  readonly message: string;
}

const sentences: { readonly [C in MessageCode]: (...values: MessageArguments<C>) => Sentence } = english;

/** Makes the message of a code, in English. */
export function createMessage<C extends MessageCode>(code: C, ...values: MessageArguments<C>): Message<C> {
  return { code, values: values[0], message: joinSentence(sentences[code](...values)) };
}
