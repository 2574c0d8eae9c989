/** Where spans, points and log records come from: the resource and the scope that were sent once for many of them. Pure. */

/** Lists of one length: keys[i] belongs to values[i]. Values are text already (any-value.ts). */
export interface Attributes {
  readonly keys: string[];
  readonly values: string[];
}

export interface Scope {
  name: string;
  version: string;
  readonly attributes: Attributes;
  droppedAttributes: number;
}

export interface Origin {
  readonly resource: Attributes;
  readonly resourceSchemaUrl: string;
  readonly scope: Scope;
  readonly scopeSchemaUrl: string;
}

export const emptyAttributes = (): Attributes => ({ keys: [], values: [] });
export const emptyScope = (): Scope => ({ name: '', version: '', attributes: emptyAttributes(), droppedAttributes: 0 });

/** Of a key that stands there twice, the first. */
export const attributeOf = ({ keys, values }: Attributes, key: string): string => values[keys.indexOf(key)] ?? '';

/** UTF-16 units, and two for the lengths of each pair. */
export const attributeChars = ({ keys, values }: Attributes): number =>
  keys.reduce((sum, key) => sum + key.length + 2, 0) + values.reduce((sum, value) => sum + value.length, 0);

/** What is stored with every row of an origin. */
export const originChars = ({ resource, resourceSchemaUrl, scope, scopeSchemaUrl }: Origin): number =>
  attributeChars(resource) +
  attributeChars(scope.attributes) +
  scope.name.length +
  scope.version.length +
  resourceSchemaUrl.length +
  scopeSchemaUrl.length;
