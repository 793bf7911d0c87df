import { evaluationSchema, resultSchemas } from '../../src/api/schema/index.js';
import type { Field } from '../../src/api/schema/json_schema.js';

/** `docs/result.schema.json`: one JSON Schema, which a file satisfies if either of the two commands may have written it. */
export function resultSchema(): string {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'result.json of Pathlight',
    $defs: resultSchemas,
    oneOf: Object.keys(resultSchemas).map((name) => ({ $ref: `#/$defs/${name}` })),
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** `docs/result-json.md`: the same as tables, with a line for each field. */
export function resultReference(): string {
  return `${[
    '<!-- Written by `npm run docs` from src/api/schema; do not edit. -->',
    '# Every field of `result.json`',
    [
      '`pathlight attribute` and `pathlight repair` write `result.json` into `--out` or, where there are several inputs, into a folder in it for each, which has the',
      'name of the input without its ending; with the ending where two would be the same (`cat.jpg` and `cat.bmp`). The page writes the same file.',
      '`pathlight study` writes one for each digit, in the form of `repair`. `--json` prints the same to stdout, as a list where there are several inputs.',
      'No other fields occur, and those not marked *optional* are always there. [result.schema.json](result.schema.json) says the same as JSON Schema.',
    ].join('\n'),
    ...Object.entries(resultSchemas).flatMap(([command, schema]) => [`## \`pathlight ${command}\``, schema.description, tableOf(schema)]),
    '## `pathlight evaluate`: `evaluation.json`',
    evaluationSchema.description,
    tableOf(evaluationSchema),
  ].join('\n\n')}\n`;
}

const tableOf = (schema: Field) =>
  ['| field | type | unit and range | what it is |', '|---|---|---|---|', ...rowsOf(schema, '')].join('\n');

function rowsOf({ properties = {}, required = [] }: Field, prefix: string): string[] {
  return Object.entries(properties).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const optional = required.includes(name) ? '' : '*optional* ';
    const values = field.enum
      ? ` One of ${field.enum
          .filter((value) => value !== null)
          .map((value) => `\`${value}\``)
          .join(', ')}.`
      : '';
    const row = `| \`${path}\` | ${typeOf(field)} | ${rangeOf(field)} | ${optional}${field.description.replaceAll('|', '\\|')}${values} |`;
    const others = field.additionalProperties ? rowsOf({ ...field, properties: { '*': field.additionalProperties } }, `${path}.`) : [];
    return [row, ...others, ...rowsOf(field, `${path}.`), ...rowsOf(field.items ?? { type: 'null', description: '' }, `${path}[].`)];
  });
}

const typeOf = ({ type, items }: Field): string => `${[type].flat().join(' or ')}${items ? ` of ${typeOf(items)}s` : ''}`;

function rangeOf({ unit, minimum, maximum }: Field): string {
  const range = minimum === undefined ? '' : maximum === undefined ? `${minimum} and more` : `${minimum} to ${maximum}`;
  return [unit, range].filter(Boolean).join(', ');
}
