/**
 * A policy as JSON, by whoever wrote it: the api, or a file that somebody keeps under version control. Every problem is
 * named, all at once. Unknown fields are refused in what people write, and left out by an older agent.
 */
import { MapscopeError } from '@mapscope/events';
import { parseSelector, type Selector } from '../selector.ts';
import type { Labelling, Policy, PolicyStop, Predicate, Ramp } from './policy.ts';

type Fields = Readonly<Record<string, unknown>>;
type Problems = string[];

const MAX_TEXT = 200;
const MAX_BYTES = 65_536;
const MAX_LIST = 100;
const MAX_UNIX_MILLIS = 253_402_300_799_999;
export const MAX_TTL_MILLIS = 7 * 86_400_000;
const NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** `families`: those that exist. */
export function parsePolicy(text: string, families: readonly string[]): Policy {
  const value = jsonObject(text);
  const problems: Problems = [];
  const policy = readPolicy(value, families, problems);
  if (problems.length > 0) throw refused(problems.join('; '), text);
  return policy;
}

function readPolicy(value: Fields, known: readonly string[], problems: Problems): Policy {
  const name = textOf(value, 'name', []);
  if (!NAME.test(name)) problems.push('"name" must be 1 to 63 lower-case letters, digits and hyphens');
  const families = listOf(value, 'families', problems);
  for (const family of families) {
    if (!known.includes(family)) problems.push(`there is no family "${family}": there are ${known.join(', ')}`);
  }
  const state = value['state'] ?? 'on';
  if (state !== 'on' && state !== 'off') problems.push('"state" must be "on" or "off"');
  if (state !== 'off' && families.length === 0) problems.push('"families" must name at least one');
  return {
    name,
    version: numberOf(value, 'version', [1, Number.MAX_SAFE_INTEGER], problems),
    owner: textOf(value, 'owner', problems),
    reason: textOf(value, 'reason', problems),
    state: state === 'off' ? 'off' : 'on',
    startsUnixMillis: numberOf(value, 'startsUnixMillis', [0, MAX_UNIX_MILLIS], problems),
    ttlMillis: numberOf(value, 'ttlMillis', [1000, MAX_TTL_MILLIS], problems),
    families,
    labelling: labellingOf(value['labelling'], problems),
    predicate: predicateOf(value['predicate'], problems),
    selectors: selectorsOf(value, problems),
    budgetShare: numberOf(value, 'budgetShare', [0.0001, 1], problems),
    ramp: rampOf(value['ramp'], problems),
    stopped: stopOf(value['stopped'], problems),
  };
}

function selectorsOf(value: Fields, problems: Problems): readonly Selector[] {
  const texts = listOf(value, 'selectors', problems);
  if (texts.length === 0) problems.push('"selectors" must name at least one, such as "service=order"');
  return texts.flatMap((text) => {
    try {
      return [parseSelector(text)];
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
      return [];
    }
  });
}

function labellingOf(value: unknown, problems: Problems): Labelling {
  const fields = fieldsOf(value ?? { strategy: 'full' });
  switch (fields['strategy']) {
    case 'full':
      return { strategy: 'full' };
    case 'sampled':
      return { strategy: 'sampled', oneIn: numberOf(fields, 'oneIn', [1, 1_000_000], problems) };
    case 'anomaly':
      return { strategy: 'anomaly', minWaitNanos: numberOf(fields, 'minWaitNanos', [0, 60e9], problems) };
    default:
      problems.push(
        '"labelling" must be {"strategy": "full"}, "sampled" with "oneIn", or "anomaly" with "minWaitNanos"',
      );
      return { strategy: 'full' };
  }
}

const PREDICATE_TEXTS = ['mapAddress', 'mapType', 'keyClass'] as const;

function predicateOf(value: unknown, problems: Problems): Predicate {
  const fields = fieldsOf(value ?? {});
  const given = PREDICATE_TEXTS.filter((name) => fields[name] !== undefined);
  const texts = Object.fromEntries(given.map((name) => [name, textOf(fields, name, problems)]));
  if (fields['minWaitNanos'] === undefined) return texts;
  return { ...texts, minWaitNanos: numberOf(fields, 'minWaitNanos', [0, 60e9], problems) };
}

function rampOf(value: unknown, problems: Problems): Ramp | null {
  if (value === undefined || value === null) return null;
  const fields = fieldsOf(value);
  const percents = Array.isArray(fields['percents']) ? fields['percents'].map(Number) : [];
  const rises = percents.every((percent, at) => percent > (percents[at - 1] ?? 0) && percent <= 100);
  if (percents.length === 0 || percents.length > MAX_LIST || !rises)
    problems.push('"ramp.percents" must rise from above 0 to at most 100, such as [1, 5, 25, 100]');
  return { percents, holdMillis: numberOf(fields, 'holdMillis', [1000, MAX_TTL_MILLIS], problems) };
}

function stopOf(value: unknown, problems: Problems): PolicyStop | null {
  if (value === undefined || value === null) return null;
  const fields = fieldsOf(value);
  return {
    reason: textOf(fields, 'reason', problems),
    atUnixMillis: numberOf(fields, 'atUnixMillis', [0, MAX_UNIX_MILLIS], problems),
    step: numberOf(fields, 'step', [0, MAX_LIST], problems),
  };
}

// An object that is no array: any key may be read, and every value is unknown until checked.
const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

function jsonObject(text: string): Fields {
  if (text.length > MAX_BYTES) throw refused(`it is longer than ${MAX_BYTES} characters`, text);
  try {
    return fieldsOf(JSON.parse(text));
  } catch (cause) {
    throw refused('it is not JSON', text, cause);
  }
}

function textOf(value: Fields, name: string, problems: Problems): string {
  const field = value[name];
  if (typeof field === 'string' && field.length > 0 && field.length <= MAX_TEXT) return field;
  problems.push(`"${name}" must be text of 1 to ${MAX_TEXT} characters`);
  return '';
}

function listOf(value: Fields, name: string, problems: Problems): readonly string[] {
  const field = value[name] ?? [];
  if (Array.isArray(field) && field.length <= MAX_LIST && field.every((one) => typeof one === 'string')) return field;
  problems.push(`"${name}" must be a list of at most ${MAX_LIST} texts`);
  return [];
}

function numberOf(value: Fields, name: string, [low, high]: readonly [number, number], problems: Problems): number {
  const field = value[name];
  if (typeof field === 'number' && field >= low && field <= high) return field;
  problems.push(`"${name}" must be a number from ${low} to ${high}`);
  return low;
}

const refused = (problem: string, text: string, cause?: unknown): MapscopeError =>
  new MapscopeError('QUERY_INVALID', `a probe policy cannot be read: ${problem}`, {
    facts: { text: text.slice(0, MAX_TEXT) },
    cause,
  });
