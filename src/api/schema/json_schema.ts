/** A field, described in JSON Schema (2020-12), plus `unit`, which readers need and JSON Schema lacks. */
export interface Field {
  /** One sentence for readers of the file. */
  readonly description: string;
  readonly type: FieldType | readonly FieldType[];
  /** For numbers: what they count or measure. */
  readonly unit?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly (string | null)[];
  /** For arrays. */
  readonly items?: Field;
  /** For objects whose fields have fixed names. */
  readonly properties?: Readonly<Record<string, Field>>;
  readonly required?: readonly string[];
  /** For objects: false where there are no other fields than `properties`, else the field that describes the others. */
  readonly additionalProperties?: false | Field;
}

export type FieldType = 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null';

/** A field for each key. If a type gets a key without a description, this does not compile. */
export type FieldsOf<T> = { readonly [K in keyof T]-?: Field };

interface Limits {
  readonly unit?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

export const number = (description: string, limits: Limits = {}): Field => ({ description, type: 'number', ...limits });
export const whole = (description: string, limits: Limits = { minimum: 0 }): Field => ({ description, type: 'integer', ...limits });
export const share = (description: string): Field => number(description, { unit: 'share', minimum: 0, maximum: 1 });
export const text = (description: string): Field => ({ description, type: 'string' });
export const flag = (description: string): Field => ({ description, type: 'boolean' });
export const choice = (description: string, values: readonly string[]): Field => ({ description, type: 'string', enum: values });
export const list = (description: string, items: Field): Field => ({ description, type: 'array', items });

/** The same field, which may also be null. */
export function orNull(field: Field): Field {
  const types = typeof field.type === 'string' ? [field.type] : field.type;
  return { ...field, type: [...types, 'null'], ...(field.enum && { enum: [...field.enum, null] }) };
}

/** An object whose fields have names of their own, with this field for each. */
export const table = (description: string, of: Field): Field => ({ description, type: 'object', additionalProperties: of });

/** An object with exactly these fields. All are required, except those named as optional. */
export function record<T>(description: string, properties: FieldsOf<T>, optional: readonly (keyof T & string)[] = []): Field {
  const required = Object.keys(properties).filter((name) => !optional.some((each) => each === name));
  return { description, type: 'object', properties, required, additionalProperties: false };
}
