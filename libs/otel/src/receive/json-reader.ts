/**
 * Looks at parsed JSON of a stranger, value by value, and says where one is not as it should be. `at` is the way to a value,
 * e.g. resourceSpans[0].scopeSpans[2].spans. By the OTLP specification, "JSON Protobuf Encoding": absent and null are the
 * same, unknown fields are ignored, 64-bit integers may be text, enums are integers only. Pure.
 */
import { malformed } from './limits.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const shown = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each))?.slice(0, 60) ??
  'nothing';

const wrong = (at: string, value: unknown, expected: string): Error =>
  malformed(`${at} is ${shown(value)}: give ${expected}`);

/** A body that is no object, or an element of a list that is none. */
export function objectAt(value: unknown, at: string): JsonObject {
  if (isObject(value)) return value;
  throw wrong(at, value, 'an object');
}

export const objectOf = (from: JsonObject, name: string, at: string): JsonObject =>
  from[name] === undefined || from[name] === null ? {} : objectAt(from[name], `${at}.${name}`);

export function listOf(from: JsonObject, name: string, at: string): readonly unknown[] {
  const value = from[name] ?? [];
  if (Array.isArray(value)) return value;
  throw wrong(`${at}.${name}`, value, 'a list');
}

export function textOf(from: JsonObject, name: string, at: string): string {
  const value = from[name] ?? '';
  if (typeof value === 'string') return value;
  throw wrong(`${at}.${name}`, value, 'text');
}

const isInt32 = (value: unknown): value is number => typeof value === 'number' && (value | 0) === value;

export function enumOf(from: JsonObject, name: string, at: string): number {
  const value = from[name] ?? 0;
  if (isInt32(value)) return value;
  throw wrong(`${at}.${name}`, value, 'the number of the enum value; names are not allowed in OTLP');
}

const INTEGER = /^-?\d{1,20}$/;

export function integerOf(from: JsonObject, name: string, at: string): bigint {
  const value = from[name] ?? 0;
  if (typeof value === 'string' && INTEGER.test(value)) return BigInt(value);
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  // parse-json.ts reads what a double does not hold from its text
  if (typeof value === 'bigint') return value;
  throw wrong(`${at}.${name}`, value, 'an integer, as text or number');
}

export function u64Of(from: JsonObject, name: string, at: string): bigint {
  const value = integerOf(from, name, at);
  if (BigInt.asUintN(64, value) === value) return value;
  throw wrong(`${at}.${name}`, String(value), 'an integer from 0 to 2^64-1');
}

/** Flags and counts; 32 bits may come as text, too. */
export function u32Of(from: JsonObject, name: string, at: string): number {
  const value = u64Of(from, name, at);
  if (value < 2n ** 32n) return Number(value);
  throw wrong(`${at}.${name}`, String(value), 'an integer from 0 to 2^32-1');
}

export function i32Of(from: JsonObject, name: string, at: string): number {
  const value = integerOf(from, name, at);
  if (BigInt.asIntN(32, value) === value) return Number(value);
  throw wrong(`${at}.${name}`, String(value), 'an integer of 32 bits with sign');
}

export function i64Of(from: JsonObject, name: string, at: string): bigint {
  const value = integerOf(from, name, at);
  if (BigInt.asIntN(64, value) === value) return value;
  throw wrong(`${at}.${name}`, String(value), 'an integer of 64 bits with sign');
}

export function boolOf(from: JsonObject, name: string, at: string): boolean {
  const value = from[name] ?? false;
  if (typeof value === 'boolean') return value;
  throw wrong(`${at}.${name}`, value, 'true or false');
}

export const isGiven = (from: JsonObject, name: string): boolean => from[name] !== undefined && from[name] !== null;

/** JSON has no infinities; protobuf's JSON mapping writes them as text. */
export function doubleOf(from: JsonObject, name: string, at: string): number {
  return asDouble(from[name], `${at}.${name}`);
}

/** 0 where it was not sent. */
export const doubleOr0 = (from: JsonObject, name: string, at: string): number =>
  isGiven(from, name) ? doubleOf(from, name, at) : 0;

export const doublesOf = (from: JsonObject, name: string, at: string): number[] =>
  listOf(from, name, at).map((value, i) => asDouble(value, `${at}.${name}[${i}]`));

export const u64sOf = (from: JsonObject, name: string, at: string): bigint[] =>
  listOf(from, name, at).map((value, i) => u64Of({ [i]: value ?? 0 }, String(i), `${at}.${name}`));

function asDouble(value: unknown, at: string): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))) return Number(value);
  throw wrong(at, value, 'a number');
}
