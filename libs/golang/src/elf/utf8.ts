/**
 * UTF-8 ↔ string. Written here because TextDecoder belongs to a platform's library, not to the language, and this
 * library knows no platform. Damaged sequences become U+FFFD: a strange name must not make a binary unreadable.
 */
const REPLACEMENT = 0xfffd;
/** Function.prototype.apply passes arguments on the stack; names are far shorter, build info texts are not. */
const CHUNK = 4096;

export function decodeUtf8(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) {
    const part = bytes.subarray(at, at + CHUNK);
    if (!isAscii(part)) return text + decodeWide(bytes, at);
    text += String.fromCharCode(...part);
  }
  return text;
}

export function encodeUtf8(text: string): Uint8Array {
  return Uint8Array.from(Array.from(text).flatMap((char) => encodePoint(char.codePointAt(0) ?? REPLACEMENT)));
}

function encodePoint(point: number): readonly number[] {
  const tail = (shift: number): number => 0x80 | ((point >> shift) & 0x3f);
  if (point < 0x80) return [point];
  if (point < 0x800) return [0xc0 | (point >> 6), tail(0)];
  if (point >= 0xd800 && point <= 0xdfff) return encodePoint(REPLACEMENT);
  if (point < 0x10000) return [0xe0 | (point >> 12), tail(6), tail(0)];
  return [0xf0 | (point >> 18), tail(12), tail(6), tail(0)];
}

function isAscii(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte >= 0x80) return false;
  return true;
}

function decodeWide(bytes: Uint8Array, from: number): string {
  let text = '';
  for (let at = from; at < bytes.length;) {
    const lead = bytes[at] ?? 0;
    const length =
      lead < 0x80 ? 1 : lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 1;
    const point = lead < 0x80 ? lead : codePoint(bytes.subarray(at, at + length), length);
    text += String.fromCodePoint(point ?? REPLACEMENT);
    at += point === undefined ? 1 : length;
  }
  return text;
}

/** undefined where the sequence is cut short, continued wrongly, too long for its value or a surrogate (RFC 3629). */
function codePoint(sequence: Uint8Array, length: number): number | undefined {
  if (length === 1 || sequence.length < length) return undefined;
  let point = (sequence[0] ?? 0) & (0x7f >> length);
  for (let i = 1; i < length; i++) {
    const next = sequence[i] ?? 0;
    if ((next & 0xc0) !== 0x80) return undefined;
    point = (point << 6) | (next & 0x3f);
  }
  const smallest = [0, 0, 0x80, 0x800, 0x10000][length] ?? 0;
  const valid = point >= smallest && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff);
  return valid ? point : undefined;
}
