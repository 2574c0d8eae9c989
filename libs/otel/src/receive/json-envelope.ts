/** What JSON requests of all three signals are made of: resources, scopes in them, items in these. */
import { attributesOf } from './json-attribute.ts';
import { type JsonObject, listOf, objectAt, objectOf, textOf, u32Of } from './json-reader.ts';
import type { ItemBudget } from './limits.ts';
import type { Origin, Scope } from './origin.ts';
import { parseJson } from './parse-json.ts';

/** Names of the lists, from the outermost. */
export interface JsonNames {
  readonly resources: string;
  readonly scopes: string;
  readonly items: string;
}

export type ReadJsonItem = (item: JsonObject, at: string, origin: Origin) => void;

export function decodeJson(body: Uint8Array, names: JsonNames, budget: ItemBudget, readItem: ReadJsonItem): void {
  const request = objectAt(parseJson(body), 'the body');
  const each = eachOf(budget);
  each(request, names.resources, '', (group, at) => {
    const resource = attributesOf(objectOf(group, 'resource', at), `${at}.resource`, budget);
    const resourceSchemaUrl = textOf(group, 'schemaUrl', at);
    each(group, names.scopes, `${at}.`, (scopeGroup, here) => {
      const scope = scopeOf(objectOf(scopeGroup, 'scope', here), `${here}.scope`, budget);
      const origin = { resource, resourceSchemaUrl, scope, scopeSchemaUrl: textOf(scopeGroup, 'schemaUrl', here) };
      each(scopeGroup, names.items, `${here}.`, (item, itemAt) => readItem(item, itemAt, origin));
    });
  });
}

const scopeOf = (given: JsonObject, at: string, budget: ItemBudget): Scope => ({
  name: textOf(given, 'name', at),
  version: textOf(given, 'version', at),
  attributes: attributesOf(given, at, budget),
  droppedAttributes: u32Of(given, 'droppedAttributesCount', at),
});

/** Objects of a list, one after the other. */
const eachOf =
  (budget: ItemBudget) =>
  (from: JsonObject, name: string, before: string, read: (item: JsonObject, at: string) => void): void => {
    for (const [i, item] of listOf(from, name, before === '' ? 'body' : before.slice(0, -1)).entries()) {
      budget.spend(1);
      const at = `${before}${name}[${i}]`;
      read(objectAt(item, at), at);
    }
  };

/** Objects of a list, read into a list. */
export function listRead<T>(
  from: JsonObject,
  name: string,
  at: string,
  budget: ItemBudget,
  read: (item: JsonObject, at: string, budget: ItemBudget) => T,
): T[] {
  return listOf(from, name, at).map((item, i) => {
    budget.spend(1);
    const here = `${at}.${name}[${i}]`;
    return read(objectAt(item, here), here, budget);
  });
}
