/** What is wrong with a block that ClickHouse refused: does it hold the columns its kind promises? Pure. */
import { type Batch, type ColumnSpec, MapscopeError, TABLES, decodeNativeBlock, holds } from '@mapscope/events';

/**
 * What every table has had from its first version on. Others may be missing, as they are in blocks of an older agent:
 * ClickHouse gives them their defaults.
 */
const FIRST_COLUMNS = ['ts', 'service', 'Timestamp', 'TraceId', 'agent', 'batch_seq'];

/** In words; undefined when the block is as it should be, so that the refusal has another reason. */
export function blockFault({ header, block }: Batch): string | undefined {
  try {
    const { rows, columns } = decodeNativeBlock(block);
    if (rows !== header.rows) return `the block has ${rows} rows and the header states ${header.rows}`;
    const names = new Set(columns.map(({ name }) => name));
    const held = new Map(columns.map(({ name, type }) => [name, type]));
    const known: readonly ColumnSpec[] = TABLES[header.kind];
    const other = known.find(({ name, type }) => !holds(type, held.get(name) ?? type));
    if (other !== undefined) return `column ${other.name} is not of type ${other.type}`;
    const missing = FIRST_COLUMNS.find((name) => known.some((column) => column.name === name) && !names.has(name));
    if (missing !== undefined) return `column ${missing} is missing`;
    const unknown = columns.filter(({ name }) => !known.some((column) => column.name === name)).length;
    return unknown > 0 ? `${unknown} columns are unknown to this writer: it is older than the agent` : undefined;
  } catch (error) {
    if (error instanceof MapscopeError) return error.message;
    throw error;
  }
}
