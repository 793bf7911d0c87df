/** What a field holds, as JSON Schema (2020-12) says it, and `unit`, which people need and JSON Schema does not have. */
export interface Field {
  /** One sentence for the one who reads the file. */
  readonly description: string;
  readonly type: FieldType | readonly FieldType[];
  /** Of numbers: what they count or measure. */
  readonly unit?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly (string | null)[];
  /** Of arrays. */
  readonly items?: Field;
  /** Of objects whose fields have names. */
  readonly properties?: Readonly<Record<string, Field>>;
  readonly required?: readonly string[];
  /** Of objects: false where `properties` are all, else what the others hold. */
  readonly additionalProperties?: false | Field;
}

export type FieldType = 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null';

/** A field for each key: a type that gets a key without a description does not compile. */
export type FieldsOf<T> = { readonly [K in keyof T]-?: Field };

interface Limits {
  readonly unit?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** A number or, with `orNull`, null as well. */
export const number = (description: string, limits: Limits = {}): Field => ({ description, type: 'number', ...limits });
export const whole = (description: string, limits: Limits = { minimum: 0 }): Field => ({ description, type: 'integer', ...limits });
export const share = (description: string): Field => number(description, { unit: 'share', minimum: 0, maximum: 1 });
export const text = (description: string): Field => ({ description, type: 'string' });
export const flag = (description: string): Field => ({ description, type: 'boolean' });
export const choice = (description: string, values: readonly string[]): Field => ({ description, type: 'string', enum: values });
export const list = (description: string, items: Field): Field => ({ description, type: 'array', items });

/** The same field where null may stand, too. */
export function orNull(field: Field): Field {
  const types = typeof field.type === 'string' ? [field.type] : field.type;
  return { ...field, type: [...types, 'null'], ...(field.enum && { enum: [...field.enum, null] }) };
}

/** An object with these fields and no others. All must be there, but for those named as optional. */
export function record<T>(description: string, properties: FieldsOf<T>, optional: readonly (keyof T & string)[] = []): Field {
  const required = Object.keys(properties).filter((name) => !optional.some((each) => each === name));
  return { description, type: 'object', properties, required, additionalProperties: false };
}
