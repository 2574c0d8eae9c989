/**
 * How many rows a Native block says it has: its second number (libs/events native-block.ts). Read for every batch, since it costs
 * two or three bytes: a ledger that says other than the table would call right rows missing or doubled. Pure.
 */

/** Undefined: there are no two numbers. */
export function statedRows(block: Uint8Array): number | undefined {
  const columns = varuint(block, 0);
  return columns === undefined ? undefined : varuint(block, columns.end)?.value;
}

/** 2^35 and more is beyond any row count. */
const MAX_VARUINT_BYTES = 5;

function varuint(bytes: Uint8Array, at: number): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  for (let i = 0; i < MAX_VARUINT_BYTES; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, end: at + i + 1 };
  }
  return undefined;
}
