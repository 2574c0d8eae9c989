/**
 * Question: how many spans a second does one core turn from a request's bytes into columns? The limit of the receiver: no socket,
 * no encoding, no Kafka. Fair: the request that receive.ts sends, decoded by the function that the receiver calls; CPU of this process.
 *
 * One argument, JSON: { encoding, seconds }. Prints one JSON object.
 */
import { decodeRequest, type Encoding } from '@mapscope/otel';
import { officialRequest, SPANS } from './request.ts';

// The argument is written by infra/bench/suites/otlp.ts.
const { encoding, seconds } = JSON.parse(process.argv[2] ?? '{}') as { encoding: Encoding; seconds: number };
const body = await officialRequest(encoding);
const now = BigInt(Date.now()) * 1_000_000n;
/** Until compiled. */
const WARM_UP_SECONDS = 1;

decodeFor(WARM_UP_SECONDS);
const before = process.cpuUsage();
const spans = decodeFor(seconds);
const { user, system } = process.cpuUsage(before);
const answer = { spans, cpuSeconds: (user + system) / 1e6, bytesPerSpan: body.length / SPANS };
process.stdout.write(`${JSON.stringify(answer)}\n`);

function decodeFor(length: number): number {
  const end = performance.now() + length * 1000;
  let decodedSpans = 0;
  while (performance.now() < end) {
    const decoded = decodeRequest('traces', body, encoding, now);
    if (decoded.outcome !== 'decoded') throw new Error(decoded.problem);
    decodedSpans += decoded.items;
  }
  return decodedSpans;
}
