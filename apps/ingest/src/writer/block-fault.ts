/** What is wrong with a block that ClickHouse refused: does it hold the columns its kind promises? Pure. */
import { type Batch, MapscopeError, TABLES, decodeNativeBlock } from '@mapscope/events';

/** In words; undefined when the block is as it should be, so that the refusal has another reason. */
export function blockFault({ header, block }: Batch): string | undefined {
  try {
    const { rows, columns } = decodeNativeBlock(block);
    if (rows !== header.rows) return `the block has ${rows} rows and the header states ${header.rows}`;
    const held = columns.map(({ name, type }) => `${name} ${type}`);
    const missing = TABLES[header.kind].find(({ name, type }) => !held.includes(`${name} ${type}`));
    if (missing !== undefined) return `column ${missing.name} of type ${missing.type} is missing`;
    const unknown = columns.length - TABLES[header.kind].length;
    return unknown > 0 ? `${unknown} columns are unknown to this writer: it is older than the agent` : undefined;
  } catch (error) {
    if (error instanceof MapscopeError) return error.message;
    throw error;
  }
}
