/** The part of JSON Schema that the tables show. */
export interface Schema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  description?: string;
  default?: unknown;
}

/** A text for one cell of a table. */
export const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");

/** The type as a reader writes it: `string[]`, `integer or null`, the values there are. */
export function typeOf(schema: Schema): string {
  const { type, enum: values, const: value, items } = schema;
  if (value !== undefined) return `\`${value}\``;
  if (values) return values.map((each) => `\`${each}\``).join(", ");
  const kinds = kindsOf(schema);
  if (kinds.length > 0) return [...new Set(kinds.map(typeOf))].join(" or ");
  if (type === "array" && items) return `${typeOf(items)}[]`;
  return [type ?? "any"].flat().join(" or ");
}

/** The schemas of which a value fits one; none for a plain schema. */
export const kindsOf = ({ anyOf, oneOf }: Schema): Schema[] => anyOf ?? oneOf ?? [];
