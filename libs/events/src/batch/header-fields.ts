/** The two parts of the batch header that are not numbers: the agent's 16 bytes and the texts. See batch.ts. */
import { decodeUtf8Strictly, encodeUtf8Into, MAX_UTF8_BYTES_PER_UNIT } from '../bytes/utf8.ts';
import { parseAgentId } from '../ids.ts';
import type { AgentId } from '../ids.ts';
import { malformed } from '../malformed.ts';

const AGENT_AT = 16;
const AGENT_BYTES = 16;
const LONGEST_TEXT_BYTES = 0xffff;
const TEXT_FIELDS = ['family', 'service', 'platform'] as const;

type HeaderTexts = readonly [family: string, service: string, platform: string];

export function writeAgent(into: Uint8Array, agent: AgentId): void {
  for (let i = 0; i < AGENT_BYTES; i++) into[AGENT_AT + i] = Number.parseInt(agent.slice(2 * i, 2 * i + 2), 16);
}

export function readAgent(header: Uint8Array): AgentId {
  const bytes = header.subarray(AGENT_AT, AGENT_AT + AGENT_BYTES);
  return parseAgentId(Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''));
}

export function writeHeaderTexts(texts: HeaderTexts): Uint8Array {
  const units = texts.reduce((sum, text) => sum + text.length, 0);
  const bytes = new Uint8Array(TEXT_FIELDS.length * 2 + units * MAX_UTF8_BYTES_PER_UNIT);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [i, text] of texts.entries()) {
    const written = encodeUtf8Into(text, bytes.subarray(at + 2));
    if (written > LONGEST_TEXT_BYTES) {
      throw malformed(`${TEXT_FIELDS[i]} is ${written} bytes long: shorten it to ${LONGEST_TEXT_BYTES}`, { written });
    }
    view.setUint16(at, written, true);
    at += 2 + written;
  }
  return bytes.subarray(0, at);
}

/** Bytes after the third text belong to later minor versions and are left alone. */
export function readHeaderTexts(bytes: Uint8Array): HeaderTexts {
  const family = readText(bytes, 0, 'family');
  const service = readText(bytes, family.end, 'service');
  const platform = readText(bytes, service.end, 'platform');
  return [family.text, service.text, platform.text];
}

function readText(bytes: Uint8Array, at: number, field: string): { text: string; end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = at + 2;
  const end = start <= bytes.length ? start + view.getUint16(at, true) : start;
  if (end > bytes.length)
    throw malformed(`${field} reaches past the header: it was written by a broken sender`, { field });
  const text = decodeUtf8Strictly(bytes.subarray(start, end));
  if (text === undefined) throw malformed(`${field} is not UTF-8: it was written by a broken sender`, { field });
  return { text, end };
}
