import { fileURLToPath } from 'node:url';
import { Application, type Comment, type DeclarationReflection, Logger, LogLevel, ReflectionKind, type SignatureReflection } from 'typedoc';
import { sectionsOf } from '../test/support/api_sections.js';

/** Where `docs/api.md` comes from: TypeDoc reads the doc comments of what a package entry exports, and this file writes one heading a name. */
const ENTRIES = [
  { file: 'src/index.ts', name: 'pathlight', where: 'Runs in browsers and in Node.' },
  { file: 'src/node/index.ts', name: 'pathlight/node', where: 'Files, codecs and devices, in Node only.' },
] as const;

/** Types that public ones mention and that are explained where they are mentioned. */
const EXPLAINED_IN_PLACE = ['AttributionMethod', 'ElementType', 'GradientOptions', 'MessageCode', 'Plan', 'SmoothParameters'];

/** Types that are computed from the table of methods: their definition tells a reader nothing. */
const COMPUTED = ['AnyMethod', 'methods', 'strategies', 'Together'];

/** Signatures that are longer have a line for each parameter. */
const LONGEST_SIGNATURE = 100;

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** The page, and what TypeDoc complains of: types that are mentioned and neither exported nor explained, comments that name what is not there. */
async function apiReference(): Promise<{ page: string; complaints: string[]; uncommented: string[] }> {
  const app = await Application.bootstrap({
    entryPoints: ENTRIES.map(({ file }) => `${ROOT}${file}`),
    tsconfig: `${ROOT}tsconfig.build.json`,
    intentionallyNotExported: [...EXPLAINED_IN_PLACE, ...COMPUTED],
    skipErrorChecking: true,
    excludePrivate: true,
    excludeExternals: true,
    excludeInternal: true,
    disableSources: true,
    sort: ['source-order'],
  });
  const complaints: string[] = [];
  app.logger = Object.assign(new Logger(), {
    log: (message: string, level: LogLevel) => level >= LogLevel.Warn && complaints.push(message),
  });
  const project = await app.convert();
  if (project === undefined) throw new Error(`TypeDoc: ${complaints.join('\n')}`);
  app.validate(project);
  const modules = ENTRIES.map((entry, index) => ({ ...entry, exported: project.children?.[index]?.children ?? [] }));
  const page = [
    '<!-- Written by `npm run docs` from the doc comments of the code; do not edit. -->',
    '# The library, name by name',
    'What `pathlight` and `pathlight/node` export. [library.md](library.md) is the place to start. What is not here (`src/app.ts`, and files below `src/`) is not public, and may change with any version.',
    ...modules.flatMap(({ name, where, file, exported }) => [
      `## \`${name}\`\n\n${where}`,
      ...sectionsOf(file).map(({ title, names }) => `${title}: ${inOrder(exported, names).map(link).join(', ')}.`),
      ...sectionsOf(file).flatMap(({ names }) => inOrder(exported, names).map(describe)),
    ]),
  ];
  const uncommented = modules.flatMap(({ exported }) => exported.filter((each) => commentOf(each) === undefined).map(({ name }) => name));
  return { page: `${page.join('\n\n')}\n`.replaceAll('<ArrayBufferLike>', ''), complaints, uncommented };
}

/** The declarations of these names: what is called first, then constants, then types. */
function inOrder(exported: readonly DeclarationReflection[], names: readonly string[]): DeclarationReflection[] {
  const rank = ({ kind }: DeclarationReflection) =>
    [ReflectionKind.Function, ReflectionKind.Class, ReflectionKind.Variable].indexOf(kind) + 1 || 4;
  return exported
    .filter(({ name }) => names.includes(name))
    .sort((a, b) => rank(a) - rank(b) || names.indexOf(a.name) - names.indexOf(b.name));
}

/** GitHub's anchors do not tell `repair` from `Repair`: the heading of a type says what it is. */
const headingOf = ({ name, kind }: DeclarationReflection) =>
  kind === ReflectionKind.Interface || kind === ReflectionKind.TypeAlias ? `type ${name}` : name;

const link = (declaration: DeclarationReflection) => `[${declaration.name}](#${headingOf(declaration).toLowerCase().replace(' ', '-')})`;

const commentOf = (declaration: DeclarationReflection) => declaration.comment ?? declaration.signatures?.[0]?.comment;

function describe(declaration: DeclarationReflection): string {
  const comment = commentOf(declaration);
  const computed = COMPUTED.some((name) => String(declaration.type).includes(name));
  const signature = declaration.kind === ReflectionKind.Interface || computed ? '' : fence(signatureOf(declaration));
  const parameters = (declaration.signatures?.[0]?.parameters ?? []).flatMap((each) =>
    each.comment ? [`- \`${each.name}\`: ${textOf(each.comment)}`] : [],
  );
  const parts = [
    `### ${headingOf(declaration)}`,
    signature,
    textOf(comment),
    parameters.join('\n'),
    ...tagsOf(comment),
    membersOf(declaration),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function signatureOf(declaration: DeclarationReflection): string {
  const { name, type } = declaration;
  if (declaration.kind === ReflectionKind.Function)
    return (declaration.signatures ?? []).map((each) => `function ${call(each)}`).join('\n');
  if (declaration.kind === ReflectionKind.Variable) return `const ${name}: ${type}`;
  if (declaration.kind === ReflectionKind.TypeAlias) {
    return `type ${name}${generics(declaration.typeParameters)} = ${String(type).replace(/^typeof (\w+)\[/, '(typeof $1)[')}`;
  }
  const parents = declaration.extendedTypes?.map(String) ?? [];
  const made = declaration.children
    ?.find((child) => child.kind === ReflectionKind.Constructor)
    ?.signatures?.map((each) => `new ${call(each)}`);
  return [`class ${name}${parents.length > 0 ? ` extends ${parents.join(', ')}` : ''}`, ...(made ?? [])].join('\n');
}

const generics = (parameters: readonly { name: string }[] | undefined) =>
  parameters ? `<${parameters.map(({ name }) => name).join(', ')}>` : '';

function call({ name, parameters = [], type, typeParameters }: SignatureReflection): string {
  const list = parameters.map((each) => {
    const optional = each.flags.isOptional || each.defaultValue !== undefined;
    return `${each.name === '__namedParameters' ? 'options' : each.name}${optional ? '?' : ''}: ${each.type}`;
  });
  const result = type === undefined ? '' : `: ${type}`;
  const line = `${name}${generics(typeParameters)}(${list.join(', ')})${result}`;
  return line.length <= LONGEST_SIGNATURE
    ? line
    : `${name}${generics(typeParameters)}(\n${list.map((each) => `  ${each},\n`).join('')})${result}`;
}

/** A table of the members of an interface or a class, the inherited ones too. */
function membersOf({ children = [] }: DeclarationReflection): string {
  const rows = children
    .filter((child) => child.kind !== ReflectionKind.Constructor)
    .map((child) => {
      const [method] = child.signatures ?? [];
      // A getter has its type and its comment in a signature of its own.
      const type = child.getSignature?.type ?? child.type;
      const signature = method ? call(method).replaceAll(/\s+/g, ' ') : `${child.name}${child.flags.isOptional ? '?' : ''}: ${type}`;
      const comment = child.comment ?? method?.comment ?? child.getSignature?.comment;
      const text = [textOf(comment), ...tagsOf(comment)].join(' ').replaceAll(/\s+/g, ' ').trim();
      return `| \`${signature.replaceAll('|', '\\|')}\` | ${text.replaceAll('|', '\\|')} |`;
    });
  return rows.length === 0 ? '' : ['| member | what it is |', '|---|---|', ...rows].join('\n');
}

const textOf = (comment: Comment | undefined) =>
  (comment?.summary ?? [])
    .map(({ text }) => text)
    .join('')
    .trim();

const VERBS: Readonly<Record<string, string>> = { '@throws': 'Throws ', '@returns': 'Returns ' };

/** What stands behind `@throws`, `@example` and the like. */
function tagsOf(comment: Comment | undefined): string[] {
  return (comment?.blockTags ?? []).map(({ tag, content }) => {
    const text = content
      .map((part) => part.text)
      .join('')
      .trim();
    return `${VERBS[tag] ?? ''}${text}`;
  });
}

/** Signatures are `typescript`, examples `ts`: test/whole/examples.test.ts compiles the latter. */
const fence = (code: string) => `\`\`\`typescript\n${code}\n\`\`\``;

console.log(JSON.stringify(await apiReference()));
