/**
 * A day of a shop of twelve services as SQL over numbers(): row n is always the same row, so waits, calls and spans of a
 * request agree with it without a join. Chance is a hash of n. Used by world/tables.ts.
 *
 *   request n ── trace = n, or n − 1 where n is that request's call to another service (every third)
 *     6 lock waits, 1 call, 2 counts of maps, a collection's help now and then; 2 spans, of services with an SDK
 *
 * Skew: the first service has 27 % of the requests, the first of 40 routes 19 %, a waiting line likewise. Each hour from
 * minute 40 to 50 half of all requests wait 50 … 250 ms for the cache's lock, instead of some tens of microseconds.
 */
export interface Shape {
  readonly requests: number;
  readonly fromUnixNanos: bigint;
  readonly spanNanos: bigint;
}

export const SERVICES = [
  'checkout',
  'catalog',
  'cart',
  'payment',
  'search',
  'stock',
  'user',
  'price',
  'mail',
  'ship',
  'review',
  'report',
] as const;
/** Every second one sends OpenTelemetry spans as well, the busiest first. */
export const hasSdk = (service: string): boolean => SERVICES.findIndex((name) => name === service) % 2 === 0;

export const EVENTS_A_REQUEST = 10;
export const ROUTES = 40;
export const SITES = 40;
export const WAITS = 6;
export const MAP_COUNTS = 2;
export const CULPRIT = { function: 'main.(*Cache).Get', line: 42, holder: 'main.(*Cache).Rebuild' } as const;

export const AGENTS: readonly string[] = SERVICES.map((_, i) => (i + 10).toString(16).padStart(2, '0').repeat(16));

/** 0 ≤ chance < 1, another one for each salt */
export const chance = (salt: number, n = 'n'): string => `(cityHash64(${n}, ${salt}) % 1000003) / 1000003`;

/** 0 … count − 1, k as often as ln((k + 2) / (k + 1)): nearly Zipf's law */
export const skewed = (count: number, salt: number, n = 'n'): string =>
  `toUInt32(floor(exp(${chance(salt, n)} * ${Math.log(count + 1)}) - 1))`;

export const word = (words: readonly string[], index: string): string =>
  `CAST([${words.map((each) => `'${each}'`).join(', ')}][${index} + 1], 'LowCardinality(String)')`;

const traceOf = (n: string): string => `sipHash128(${n} - (${n} % 3 = 2))`;
export const spanIdOf = (n: string, salt: number): string => `reinterpretAsFixedString(cityHash64(${n}, ${salt}))`;

/** What tables of a request need of it, by alias; `numbers` is a SELECT that gives n. */
export function requestsOf(shape: Shape, numbers: string): string {
  const step = shape.spanNanos / BigInt(shape.requests);
  return `SELECT *,
  toInt64(${shape.fromUnixNanos} + toInt64(n) * ${step} + cityHash64(n, 1) % ${step}) AS start,
  ${skewed(SERVICES.length, 2)} AS s,
  ${skewed(ROUTES, 3)} AS r,
  intDiv(start, 60000000000) % 60 BETWEEN 40 AND 49 AND ${chance(4)} < 0.5 AS hot,
  toUInt64(if(hot, 50000000 + 200000000 * ${chance(5)}, 1000 + 50000 * ${chance(5)})) AS planted,
  toUInt64(4000000 * exp(1.4 * (${chance(6)} + ${chance(7)} + ${chance(8)} - 1.5)) * (1 + r % 7 / 3)) AS own,
  own + planted AS duration,
  ${traceOf('n')} AS trace,
  ${spanIdOf('n', 9)} AS span,
  concat('arch=', if(s % 3 = 0, 'arm64', 'amd64'), ';go=1.24') AS platform_text,
  fromUnixTimestamp64Nano(start, 'UTC') AS started
FROM (${numbers})`;
}
