/**
 * The words of mapscope.wanted.v1: per service, whether probes are wanted on it, and until when. The api writes them, every agent
 * reads them. Strangers write to a Kafka topic too, so the text is checked field by field and each problem is named.
 *
 *   {"service":"order","state":"on","expiresUnixMillis":1790000000000,"changedBy":"ann","changedUnixMillis":1789990000000}
 */
import { MapscopeError } from '@mapscope/events';

export const WANTED_STATES = ['on', 'off'] as const;
export type WantedState = (typeof WANTED_STATES)[number];

export interface Wanted {
  readonly service: string;
  /** `off` is the kill switch: it wins over everything */
  readonly state: WantedState;
  /** from then on this entry says nothing; null: only the agent's own TTL ends the probes */
  readonly expiresUnixMillis: number | null;
  readonly changedBy: string;
  readonly changedUnixMillis: number;
}

const MAX_TEXT = 200;
/** Entries are five short fields; a longer value is not one. */
const MAX_BYTES = 4096;
/** 9999-12-31; beyond it a number is nanoseconds by mistake. */
const MAX_UNIX_MILLIS = 253_402_300_799_999;

/** Unknown fields are left out, so that an older agent reads a newer api. */
export function parseWanted(text: string): Wanted {
  const value = jsonObject(text);
  const problems: string[] = [];
  const wanted: Wanted = {
    service: textField(value, 'service', problems),
    state: stateField(value, problems),
    expiresUnixMillis: value['expiresUnixMillis'] === null ? null : timeField(value, 'expiresUnixMillis', problems),
    changedBy: textField(value, 'changedBy', problems),
    changedUnixMillis: timeField(value, 'changedUnixMillis', problems),
  };
  if (problems.length > 0) throw refused(problems.join('; '), text);
  return wanted;
}

export function isExpired(wanted: Wanted, nowUnixMillis: number): boolean {
  return wanted.expiresUnixMillis !== null && wanted.expiresUnixMillis <= nowUnixMillis;
}

type Fields = Readonly<Record<string, unknown>>;

function jsonObject(text: string): Fields {
  if (text.length > MAX_BYTES) throw refused(`it is longer than ${MAX_BYTES} characters`, text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refused('it is not JSON', text, cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw refused('it is not a JSON object', text);
  // An object that is no array: any key may be read, and every value is unknown until checked.
  return value as Fields;
}

function textField(value: Fields, name: string, problems: string[]): string {
  const field = value[name];
  if (typeof field === 'string' && field.length > 0 && field.length <= MAX_TEXT) return field;
  problems.push(`"${name}" must be text of 1 to ${MAX_TEXT} characters`);
  return '';
}

function stateField(value: Fields, problems: string[]): WantedState {
  const state = WANTED_STATES.find((known) => known === value['state']);
  if (state !== undefined) return state;
  problems.push(`"state" must be one of ${WANTED_STATES.map((known) => `"${known}"`).join(', ')}`);
  return 'off';
}

function timeField(value: Fields, name: string, problems: string[]): number {
  const field = value[name];
  if (typeof field === 'number' && Number.isInteger(field) && field >= 0 && field <= MAX_UNIX_MILLIS) return field;
  const orNull = name === 'expiresUnixMillis' ? ', or null' : '';
  problems.push(`"${name}" must be whole milliseconds since 1970${orNull}`);
  return 0;
}

const refused = (problem: string, text: string, cause?: unknown): MapscopeError =>
  new MapscopeError(
    'QUERY_INVALID',
    `a wanted entry cannot be read: ${problem}. Write it through the api's PUT /api/v1/probes`,
    {
      facts: { text: text.slice(0, MAX_TEXT) },
      cause,
    },
  );
