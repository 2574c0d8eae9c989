/**
 * UTF-8 both ways. The library takes no type packages, so it declares the part of the WHATWG Encoding
 * Standard it uses; browsers and Node both have it.
 */
declare const TextEncoder: {
  new (): { encodeInto(text: string, into: Uint8Array): { readonly read: number; readonly written: number } };
};
declare const TextDecoder: {
  new (
    label: 'utf-8',
    options: { readonly fatal: boolean; readonly ignoreBOM: true },
  ): { decode(bytes: Uint8Array): string };
};

const encoder = new TextEncoder();
// ignoreBOM: without it a value that starts with U+FEFF comes back without it.
const lenient = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-16 code unit → at most 3 bytes (a surrogate pair is 2 units and 4 bytes). */
export const MAX_UTF8_BYTES_PER_UNIT = 3;

/** Writes text at the start of `into`, which must hold 3 bytes per UTF-16 unit; returns the bytes written. A lone surrogate becomes U+FFFD. */
export const encodeUtf8Into = (text: string, into: Uint8Array): number => encoder.encodeInto(text, into).written;

/** A String of ClickHouse is any bytes; those that are not UTF-8 read as U+FFFD. */
export const decodeUtf8 = (bytes: Uint8Array): string => lenient.decode(bytes);

/** Undefined when the bytes are not UTF-8. */
export function decodeUtf8Strictly(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}
