/** Making, listing and taking away keys. Pure: time, chance and hash come in. */
import { formatKey, type KeyEntry, type KeyFile, MapscopeError, type Scope, type Sha256 } from '@mapscope/events';

export interface Chance {
  readonly bytes: (count: number) => Uint8Array;
  /** 0 ≤ n < bound, evenly */
  readonly below: (bound: number) => number;
}

interface Wanted {
  readonly scopes: readonly Scope[];
  readonly note: string;
  readonly nowUnixMillis: number;
  readonly expiresUnixMillis: number | null;
}

interface Tools {
  readonly chance: Chance;
  readonly sha256: Sha256;
}

const LETTERS = '0123456789abcdefghijklmnopqrstuvwxyz';
const PREFIX_LETTERS = 8;
const SECRET_BYTES = 32;

export function newKey(
  { scopes, note, nowUnixMillis, expiresUnixMillis }: Wanted,
  { chance, sha256 }: Tools,
): { readonly key: string; readonly entry: KeyEntry } {
  const prefix = Array.from({ length: PREFIX_LETTERS }, () => LETTERS[chance.below(LETTERS.length)]).join('');
  const key = formatKey(prefix, Buffer.from(chance.bytes(SECRET_BYTES)).toString('base64url'));
  const entry = { prefix, sha256: sha256(key), scopes, createdUnixMillis: nowUnixMillis, expiresUnixMillis, note };
  return { key, entry };
}

const UNIT_MILLIS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const MAX_DAYS = 3660;

/** null: never. */
export function expiryOf(text: string, nowUnixMillis: number): number | null {
  if (text === 'never') return null;
  const [, count = '', unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const millis = Number(count) * (UNIT_MILLIS[unit] ?? Number.NaN);
  if (count !== '' && millis > 0 && millis <= MAX_DAYS * 86_400_000) return nowUnixMillis + millis;
  const mend = `give minutes, hours or days as in 30m, 12h, 30d (at most ${MAX_DAYS}d), or never`;
  throw new MapscopeError('CONFIG_INVALID', `--expires "${text.slice(0, 40)}" is no time to hold: ${mend}`);
}

export function without(keys: KeyFile, prefix: string): KeyFile {
  const entries = keys.entries.filter((entry) => entry.prefix !== prefix);
  if (entries.length < keys.entries.length) return { version: 1, entries };
  const known = keys.entries.map((entry) => entry.prefix).join(', ') || 'none';
  const text = `there is no key with the prefix "${prefix.slice(0, 40)}": known are ${known}`;
  throw new MapscopeError('CONFIG_INVALID', text);
}

const day = (unixMillis: number): string => new Date(unixMillis).toISOString().slice(0, 16).replace('T', ' ');

export function describeKeys(entries: readonly KeyEntry[], nowUnixMillis: number): string {
  if (entries.length === 0) return 'no keys: make one with "npm run key -- create --scope read"';
  const lines = entries.map(({ prefix, scopes, createdUnixMillis, expiresUnixMillis: end, note }) => {
    const state = end === null ? 'never' : end <= nowUnixMillis ? `EXPIRED ${day(end)}` : day(end);
    return [prefix.padEnd(10), scopes.join(',').padEnd(21), day(createdUnixMillis), ` ${state.padEnd(24)}`, note].join(
      ' ',
    );
  });
  return [
    ['prefix'.padEnd(10), 'scopes'.padEnd(21), 'created (UTC)   ', ' expires (UTC)'.padEnd(25), 'note'].join(' '),
    ...lines,
  ]
    .map((line) => line.trimEnd())
    .join('\n');
}
