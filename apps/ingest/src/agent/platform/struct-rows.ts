/**
 * Which structs' layouts does a comparison of platforms want? Those whose methods stand in stacks: of each new stack the first
 * frame outside of runtime and sync. Each is told once, as the program's DWARF says it; a program without DWARF tells none. Pure.
 */
import type { ColumnData, Columns } from '@mapscope/events';
import type { GoBinary, StructLayout } from '@mapscope/golang';
import { receiverType } from '@mapscope/rootcause';
import { attempt } from '../../process/attempt.ts';

export interface StructOrigin {
  readonly service: string;
  readonly platform: string;
  readonly binary: Pick<GoBinary, 'buildId' | 'structLayout'>;
}

/** Per target; what comes later is not told. */
const MAX_STRUCTS = 256;
/** Larger ones are tables in disguise, and nobody reads them. */
const MAX_FIELDS = 200;
const OF_RUNTIME = /^(?:runtime|sync|internal\/(?:sync|runtime)[\w/]*)\./;

/** Returns what new stacks add; undefined: nothing. */
export type StructRows = (columns: Columns, unixNanos: bigint) => Columns<'struct_layouts'> | undefined;

export function structRows(origin: StructOrigin): StructRows {
  const seen = new Set<string>();
  return ({ kind, columns }, unixNanos) => {
    const functions = kind === 'stacks' ? columns['functions'] : undefined;
    if (functions?.storage !== 'stringArrays') return undefined;
    const names = new Set(functions.values.flatMap((stack) => receiverOf(stack) ?? []));
    const found = [...names].flatMap((name) => {
      if (seen.has(name) || seen.size >= MAX_STRUCTS) return [];
      seen.add(name);
      // Damage in the DWARF of one struct must not stop what is told of locks.
      const layout = attempt(() => origin.binary.structLayout(name));
      return layout === undefined || layout.fields.length > MAX_FIELDS ? [] : [{ name, layout }];
    });
    return found.length === 0 ? undefined : rowsOf(found, origin, unixNanos);
  };
}

function receiverOf(stack: readonly string[]): string | undefined {
  const name = stack.find((each) => !OF_RUNTIME.test(each));
  return name === undefined ? undefined : receiverType({ function: name, file: '', line: 0 });
}

interface Found {
  readonly name: string;
  readonly layout: StructLayout;
}

function rowsOf(found: readonly Found[], origin: StructOrigin, unixNanos: bigint): Columns<'struct_layouts'> {
  const rows = found.length;
  const same = (text: string): ColumnData => ({ storage: 'dictionary', keys: [text], indexes: new Uint32Array(rows) });
  const texts = (of: (field: StructLayout['fields'][number]) => string): ColumnData => ({
    storage: 'stringArrays',
    values: found.map(({ layout }) => layout.fields.map(of)),
  });
  return {
    kind: 'struct_layouts',
    rows,
    columns: {
      ts: { storage: 'i64', values: new BigInt64Array(rows).fill(unixNanos) },
      service: same(origin.service),
      platform: same(origin.platform),
      build_id: same(origin.binary.buildId),
      name: { storage: 'dictionary', keys: found.map(({ name }) => name), indexes: Uint32Array.from(found.keys()) },
      size_bytes: { storage: 'u32', values: Uint32Array.from(found, ({ layout }) => layout.sizeBytes) },
      fields: texts(({ name }) => name),
      types: texts(({ type }) => type),
      offsets: {
        storage: 'u32Arrays',
        values: found.map(({ layout }) => layout.fields.map(({ offsetBytes }) => offsetBytes)),
      },
    },
  };
}
