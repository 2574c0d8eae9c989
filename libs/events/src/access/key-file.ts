/**
 * The file that knows which keys hold. It has no secret in it: a key of 256 random bits cannot be found from its SHA-256.
 * Pure; apps read the file, `npm run key` writes it.
 */
import { MapscopeError } from '../errors.ts';
import { SCOPES, type Scope } from './key.ts';

export interface KeyEntry {
  readonly prefix: string;
  /** SHA-256 of the whole key, 64 lower-case hex digits */
  readonly sha256: string;
  readonly scopes: readonly Scope[];
  readonly createdUnixMillis: number;
  /** null: does not expire */
  readonly expiresUnixMillis: number | null;
  readonly note: string;
}

export interface KeyFile {
  readonly version: 1;
  readonly entries: readonly KeyEntry[];
}

export const NO_KEYS: KeyFile = { version: 1, entries: [] };

const MAX_ENTRIES = 1000;

/** Throws CONFIG_INVALID with all problems at once. `name` is the path, for the message. */
export function parseKeyFile(json: string, name: string): KeyFile {
  const parsed = parseJson(json);
  if (!isRecord(parsed)) throw invalid(name, ['it is not a JSON object']);
  if (parsed['version'] !== 1) throw invalid(name, [`its version is ${JSON.stringify(parsed['version'])}, not 1`]);
  const { entries } = parsed;
  if (!Array.isArray(entries)) throw invalid(name, ['"entries" is not a list']);
  if (entries.length > MAX_ENTRIES) throw invalid(name, [`it has more than ${MAX_ENTRIES} entries`]);
  const problems = entries.flatMap((entry: unknown, at) =>
    entryProblems(entry).map((text) => `entry ${at + 1}: ${text}`),
  );
  if (problems.length > 0) throw invalid(name, problems);
  // Every member was checked by entryProblems.
  return { version: 1, entries: entries as readonly KeyEntry[] };
}

export function formatKeyFile(file: KeyFile): string {
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

const CHECKS: Readonly<Record<keyof KeyEntry, readonly [(value: unknown) => boolean, string]>> = {
  prefix: [(value) => matches(value, /^[0-9a-z]{8}$/), '8 of 0-9 a-z'],
  sha256: [(value) => matches(value, /^[0-9a-f]{64}$/), '64 hex digits'],
  scopes: [
    (value) => Array.isArray(value) && value.length > 0 && value.every(isScope),
    `a list of ${SCOPES.join(', ')}, not empty`,
  ],
  createdUnixMillis: [(value) => Number.isSafeInteger(value), 'milliseconds since 1970'],
  expiresUnixMillis: [(value) => value === null || Number.isSafeInteger(value), 'milliseconds since 1970, or null'],
  note: [(value) => typeof value === 'string' && value.length <= 200, 'a text of at most 200 characters'],
};

function entryProblems(entry: unknown): readonly string[] {
  if (!isRecord(entry)) return ['it is not an object'];
  return Object.entries(CHECKS).flatMap(([member, [isFine, wanted]]) =>
    isFine(entry[member]) ? [] : [`${member} must be ${wanted}`],
  );
}

export const isScope = (value: unknown): value is Scope => SCOPES.some((scope) => scope === value);

const matches = (value: unknown, shape: RegExp): boolean => typeof value === 'string' && shape.test(value);
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function invalid(name: string, problems: readonly string[]): MapscopeError {
  const listed = problems.slice(0, 20).map((problem) => `\n  - ${problem}`);
  return new MapscopeError(
    'CONFIG_INVALID',
    `the key file ${name} cannot be used:${listed.join('')}\nmake a new one: npm run key -- create --scope read`,
    { facts: { file: name } },
  );
}
