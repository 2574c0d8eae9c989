/**
 * Which attributes do slow requests share? Route, each part of the platform ("arch=arm64;go=1.24"), and what an SDK says in spans
 * and of their resource. Told, never blamed: an
 * attribute says where it is slow, not why. Per key the mix of slow requests against that of the baseline, values that the
 * baseline never had among them; per value Newcombe's interval and the G-test, adjusted over all values of all keys.
 */
import type { Cohort } from '../accounting/cohort.ts';
import { MAX_REQUESTS_OF_TRACE } from '../accounting/match.ts';
import type { SlowSet } from '../accounting/share.ts';
import type { AttributeContrast } from '../answer.ts';
import type { SpanAttributes } from '../evidence.ts';
import { benjaminiHochberg } from '../statistics/benjamini-hochberg.ts';
import { klDivergence } from '../statistics/divergence.ts';
import { gTest } from '../statistics/g-test.ts';
import { newcombe } from '../statistics/proportions.ts';

const MAX_TOLD = 10;
/** Values of one key; ids would make one of each request. */
const MAX_VALUES = 1000;
const MAX_P = 0.01;

/** key → value → requests */
type Counts = Map<string, Map<string, number>>;

export interface Described {
  readonly cohort: Cohort;
  readonly attributes?: SpanAttributes | undefined;
}

export function attributeContrasts(spike: Described, baseline: Described, slow: SlowSet): readonly AttributeContrast[] {
  const before = Uint32Array.from({ length: baseline.cohort.count }, (_, r) => r);
  const all = [
    ...rowsOf(ofRequests(spike.cohort, slow.at), ofRequests(baseline.cohort, before)),
    ...rowsOf(ofSpans(spike, slow.at), ofSpans(baseline, before)),
  ];
  const adjusted = benjaminiHochberg(all.map(({ k1, n1, k0, n0 }) => gTest(k1, n1, k0, n0).pValue));
  return all
    .map(({ key, value, divergence, k1, n1, k0, n0 }, i) => ({
      key,
      value,
      slowShare: k1 / n1,
      difference: newcombe(k1, n1, k0, n0),
      pValue: adjusted[i] ?? 1,
      divergence,
    }))
    .filter(({ difference, pValue }) => difference.low > 0 && pValue < MAX_P)
    .sort((a, b) => b.difference.value - a.difference.value || (a.key + a.value < b.key + b.value ? -1 : 1))
    .slice(0, MAX_TOLD);
}

/** Of so many requests. */
interface Counted {
  readonly counts: Counts;
  readonly total: number;
}

interface Row {
  readonly key: string;
  readonly value: string;
  readonly divergence: number;
  readonly k1: number;
  readonly n1: number;
  readonly k0: number;
  readonly n0: number;
}

function rowsOf(slow: Counted, before: Counted): readonly Row[] {
  const [n1, n0] = [slow.total, before.total];
  return [...slow.counts].flatMap(([key, values]) => {
    const known = before.counts.get(key) ?? new Map<string, number>();
    if (new Set([...values.keys(), ...known.keys()]).size < 2) return [];
    const divergence = klDivergence({ counts: known, total: n0 }, { counts: values, total: n1 });
    return [...values].map(([value, k1]) => ({ key, value, divergence, k1, n1, k0: known.get(value) ?? 0, n0 }));
  });
}

/** Texts of platforms are few and shared: each is taken apart once. */
function ofRequests(cohort: Cohort, at: Uint32Array): Counted {
  const perPlatform = new Map<string, number>();
  const perRoute = new Uint32Array(cohort.routeNames.length);
  for (const r of at) {
    const platform = cohort.platforms[r] ?? '';
    perPlatform.set(platform, (perPlatform.get(platform) ?? 0) + 1);
    perRoute[cohort.route[r] ?? 0] = (perRoute[cohort.route[r] ?? 0] ?? 0) + 1;
  }
  const counts: Counts = new Map();
  cohort.routeNames.forEach((name, route) => add(counts, 'route', name, perRoute[route] ?? 0));
  for (const [platform, requests] of perPlatform)
    for (const part of platform.split(';')) {
      const [key = '', ...value] = part.split('=');
      if (key !== '') add(counts, key, value.join('='), requests);
    }
  return { counts, total: at.length };
}

/** Told as the route already. */
const ROUTE_KEY = 'http.route';

/** Only requests that have a span: of the others it is not known what an SDK would have said. */
function ofSpans({ cohort, attributes }: Described, at: Uint32Array): Counted {
  const counts: Counts = new Map();
  if (attributes === undefined) return { counts, total: 0 };
  const requests = requestsOfSets(cohort, attributes, at);
  attributes.sets.forEach((set, number) => {
    for (const [key, value] of set) if (key !== ROUTE_KEY) add(counts, key, value, requests[number] ?? 0);
  });
  return { counts, total: requests.reduce((sum, some) => sum + some, 0) };
}

/** Per set: requests at `at` whose span has it. Of several spans of one trace the last one counts. */
function requestsOfSets(cohort: Cohort, { traceIds, setOf, sets }: SpanAttributes, at: Uint32Array): Uint32Array {
  const setOfRequest = new Int32Array(cohort.count).fill(-1);
  traceIds.forEach((id, span) => {
    // A trace id that a client sends for ever names no request: bounded as for waits.
    let r = cohort.traces.first(id);
    for (let steps = 0; r >= 0 && steps < MAX_REQUESTS_OF_TRACE; steps += 1) {
      setOfRequest[r] = setOf[span] ?? -1;
      r = cohort.traces.next[r] ?? -1;
    }
  });
  const requests = new Uint32Array(sets.length);
  for (const r of at) {
    const set = setOfRequest[r] ?? -1;
    if (set >= 0) requests[set] = (requests[set] ?? 0) + 1;
  }
  return requests;
}

function add(counts: Counts, key: string, value: string, requests: number): void {
  const values = counts.get(key) ?? new Map<string, number>();
  counts.set(key, values);
  if (requests > 0 && (values.has(value) || values.size < MAX_VALUES))
    values.set(value, (values.get(value) ?? 0) + requests);
}
