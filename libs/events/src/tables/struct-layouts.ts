/** Table struct_layouts: where the fields of structs lie whose methods wait for locks. */
import type { ColumnSpec } from './column.ts';
import { NAME, PROOF, TIME } from './common-columns.ts';

/** One row per struct and program, as its DWARF says; a program without DWARF has none. Lists of one length, by place. */
export const STRUCT_LAYOUTS = [
  { name: 'ts', type: TIME },
  { name: 'service', type: NAME },
  { name: 'platform', type: NAME },
  { name: 'build_id', type: NAME },
  /** "x.io/order/cache.Cache" */
  { name: 'name', type: NAME },
  { name: 'size_bytes', type: 'UInt32' },
  { name: 'fields', type: 'Array(String)' },
  /** "sync.Mutex"; empty where it is not told */
  { name: 'types', type: 'Array(String)' },
  { name: 'offsets', type: 'Array(UInt32)' },
  ...PROOF,
] as const satisfies readonly ColumnSpec[];
