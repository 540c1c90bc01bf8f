import type { z } from 'zod';

type Schema = z.core.JSONSchema.BaseSchema;

/** Key with the keys it lies in, its values, its default, its meaning. */
export type KeyRow = [key: string, value: string, defaultValue: string, meaning: string];

/** So many properties stand there one by one, alike or not. */
const FEW = 3;

/** zod gives integers without bounds these. */
const UNBOUNDED = 9007199254740991;

/** One row for each key of an object schema, keys inside following the one they lie in. */
export function keyRows(schema: Schema, prefix = ''): KeyRow[] {
  const required = new Set(schema.required ?? []);
  return namedProperties(schema).flatMap(([name, property]) => {
    const inner = property as Schema;
    const key = `${prefix}${name}`;
    return [
      [
        `\`${key}\``,
        valueText(inner),
        defaultText(inner, required.has(name)),
        inner.description ?? '',
      ],
      ...nestedRows(inner, key),
    ];
  });
}

/** Properties that are all alike, such as one for each data set, stand there once. */
function namedProperties({ properties = {} }: Schema): [string, unknown][] {
  const entries = Object.entries(properties);
  const distinct = new Set(entries.map(([, property]) => JSON.stringify(property)));
  return entries.length > FEW && distinct.size === 1 ? [['<name>', entries[0]?.[1]]] : entries;
}

function nestedRows(schema: Schema, key: string): KeyRow[] {
  const alternatives = (schema.anyOf ?? []) as Schema[];
  const items = schema.items as Schema | undefined;
  return [
    ...keyRows(schema, `${key}.`),
    ...(items ? keyRows(items, `${key}[].`) : []),
    ...alternatives.flatMap((each) => nestedRows(each, key)),
  ];
}

function valueText(schema: Schema): string {
  if (schema.anyOf) return [...new Set((schema.anyOf as Schema[]).map(valueText))].join(' or ');
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  switch (schema.type) {
    case 'string':
      return 'text';
    case 'boolean':
      return '`true`, `false`';
    case 'integer':
    case 'number':
      return `${schema.type}${rangeText(schema)}`;
    case 'array':
      return `list of: ${valueText(schema.items as Schema)}`;
    case 'object':
      return schema.properties ? 'keys below' : `named values: ${namedText(schema)}`;
    default:
      return 'any';
  }
}

const namedText = ({ additionalProperties }: Schema): string =>
  typeof additionalProperties === 'object' ? valueText(additionalProperties as Schema) : 'any';

function rangeText({ minimum, exclusiveMinimum, maximum, type }: Schema): string {
  if (type === 'number' && exclusiveMinimum !== undefined) return ` above ${exclusiveMinimum}`;
  const low =
    minimum ?? (exclusiveMinimum === undefined ? undefined : Number(exclusiveMinimum) + 1);
  const high = maximum === UNBOUNDED ? undefined : maximum;
  if (low === undefined || low === -UNBOUNDED) return high === undefined ? '' : ` to ${high}`;
  return high === undefined ? ` from ${low}` : ` ${low} to ${high}`;
}

/** A default that is an object or a list is told by its description, or by the keys inside. */
function defaultText(schema: Schema, isRequired: boolean): string {
  if (schema.default !== undefined && typeof schema.default !== 'object') {
    return `\`${String(schema.default)}\``;
  }
  return isRequired && schema.default === undefined ? 'required' : '';
}
