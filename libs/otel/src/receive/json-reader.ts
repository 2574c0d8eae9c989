/**
 * Looks at parsed JSON of a stranger, value by value, and says where one is not as it should be. `at` is the way to a value,
 * e.g. resourceSpans[0].scopeSpans[2].spans. By the OTLP specification, "JSON Protobuf Encoding": absent and null are the
 * same, unknown fields are ignored, 64-bit integers may be text, enums are integers only. Pure.
 */
import { malformed } from './limits.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 60) ?? 'nothing';

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

export function enumOf(from: JsonObject, name: string, at: string): number {
  const value = from[name] ?? 0;
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw wrong(`${at}.${name}`, value, 'the number of the enum value; names are not allowed in OTLP');
}

const INTEGER = /^-?\d{1,20}$/;

export function integerOf(from: JsonObject, name: string, at: string): bigint {
  const value = from[name] ?? 0;
  if (typeof value === 'string' && INTEGER.test(value)) return BigInt(value);
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  throw wrong(`${at}.${name}`, value, 'an integer, as text or number');
}

export function u64Of(from: JsonObject, name: string, at: string): bigint {
  const value = integerOf(from, name, at);
  if (BigInt.asUintN(64, value) === value) return value;
  throw wrong(`${at}.${name}`, String(value), 'an integer from 0 to 2^64-1');
}

/** JSON has no infinities; protobuf's JSON mapping writes them as text. */
export function doubleOf(from: JsonObject, name: string, at: string): number {
  const value = from[name];
  if (typeof value === 'number') return value;
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))) return Number(value);
  throw wrong(`${at}.${name}`, value, 'a number');
}
