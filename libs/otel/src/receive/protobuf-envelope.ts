/**
 * What the requests of all three signals are made of: resources, scopes in them, items in these. Field numbers are those of
 * opentelemetry-proto v1 and the same for each (opentelemetry/proto/{trace,metrics,logs,resource,common}/v1).
 *
 *   Export…ServiceRequest { 1: Resource… { 1: resource, 2: Scope… { 1: scope, 2: item, 3: schema url }, 3: schema url } }
 *
 * A resource or scope may stand behind its items, so its message is read twice: first all but the items, whose places are
 * noted, then those.
 */
import { type Descriptor, descriptor, endOfNext, field, notePlace, openReader } from './descriptor.ts';
import { type Place, type Reader, readInner, readMessage } from './descriptor.ts';
import type { ItemBudget } from './limits.ts';
import { type Attributes, emptyAttributes, emptyScope, type Origin, type Scope } from './origin.ts';
import { attributesField } from './protobuf-attribute.ts';

/** Reads an item up to `end`. */
export type ReadItem = (reader: Reader, end: number, origin: Origin) => void;

export function decodeProtobuf(body: Uint8Array, budget: ItemBudget, readItem: ReadItem): void {
  const fields = makeFields(budget);
  const reader = openReader(body);
  const request = descriptor<null>({
    1: field.message((inner) => {
      budget.spend(1);
      readResourceGroup(inner, fields, readItem);
    }),
  });
  readMessage(reader, reader.len, request, null);
}

function readResourceGroup(reader: Reader, fields: Fields, readItem: ReadItem): void {
  const end = endOfNext(reader);
  const group = readMessage<ResourceGroup>(reader, end, fields.resourceGroup, {
    resource: emptyAttributes(),
    schemaUrl: '',
    places: [],
  });
  for (const place of group.places) {
    reader.pos = place.start;
    readScopeGroup(reader, place.end, fields, (scope, at) => {
      const origin: Origin = {
        resource: group.resource,
        resourceSchemaUrl: group.schemaUrl,
        scope: scope.scope,
        scopeSchemaUrl: scope.schemaUrl,
      };
      for (const item of at) {
        reader.pos = item.start;
        readItem(reader, item.end, origin);
      }
    });
  }
  reader.pos = end;
}

function readScopeGroup(
  reader: Reader,
  end: number,
  fields: Fields,
  read: (group: ScopeGroup, items: readonly Place[]) => void,
): void {
  const group = readMessage<ScopeGroup>(reader, end, fields.scopeGroup, {
    scope: emptyScope(),
    schemaUrl: '',
    places: [],
  });
  read(group, group.places);
}

interface ResourceGroup {
  readonly resource: Attributes;
  schemaUrl: string;
  readonly places: Place[];
}

interface ScopeGroup {
  readonly scope: Scope;
  schemaUrl: string;
  readonly places: Place[];
}

interface Fields {
  readonly resourceGroup: Descriptor<ResourceGroup>;
  readonly scopeGroup: Descriptor<ScopeGroup>;
}

function makeFields(budget: ItemBudget): Fields {
  const resource = descriptor<Attributes>({ 1: attributesField((into) => into, budget) });
  const scope = descriptor<Scope>({
    1: field.text((into, text) => void (into.name = text)),
    2: field.text((into, text) => void (into.version = text)),
    3: attributesField((into) => into.attributes, budget),
    4: field.u32((into, count) => void (into.droppedAttributes = count)),
  });
  return {
    resourceGroup: descriptor({
      1: field.message((reader, into) => void readInner(reader, resource, into.resource)),
      2: field.message((reader, into) => notePlace(reader, into.places, budget)),
      3: field.text((into, text) => void (into.schemaUrl = text)),
    }),
    scopeGroup: descriptor({
      1: field.message((reader, into) => void readInner(reader, scope, into.scope)),
      2: field.message((reader, into) => notePlace(reader, into.places, budget)),
      3: field.text((into, text) => void (into.schemaUrl = text)),
    }),
  };
}
