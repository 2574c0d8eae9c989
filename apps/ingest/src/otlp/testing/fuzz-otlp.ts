/**
 * A child process of infra/fuzz/otlp.ts: bent requests at the real receiver, over HTTP and gRPC. One argument, JSON: FuzzOrder.
 * Its last line on stdout is the JSON of a FuzzOutcome. A crash is seen by the starter. Needs --expose-gc.
 */
import { connect } from 'node:http2';
import { OTLPLogExporter as JsonLogs } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtoLogs } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter as JsonMetrics } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtoMetrics } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as JsonTraces } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoTraces } from '@opentelemetry/exporter-trace-otlp-proto';
import { below, seeded } from '../../generate/chance.ts';
import { heldMemory } from '../../testing/held-memory.ts';
import { type FuzzPlace, openPlace } from './fuzz-place.ts';
import { type Bent, bend, type Sample } from './fuzz-requests.ts';
import { type Answered, closeAgent, sendGrpc, sendHttp } from './fuzz-send.ts';
import { exportLogs } from './official-logs.ts';
import { exportMetrics } from './official-metrics.ts';
import { exportSpans } from './official-spans.ts';

export interface FuzzOrder {
  readonly requests: number;
  readonly seed: number;
  readonly maxSeconds: number;
}

export interface FuzzOutcome {
  readonly requests: number;
  readonly seconds: number;
  /** by protocol, way and answer */
  readonly outcomes: Readonly<Record<string, number>>;
  /** of memory that is still held at the end, over that after the first tenth */
  readonly grownMebibytes: number;
  /** of bodies that nobody gave back */
  readonly heldBytes: number;
  /** empty when all is well */
  readonly faults: readonly string[];
}

const AT_ONCE = 16;
const MAX_FAULTS = 20;
/** One in so many goes over gRPC. */
const GRPC_SHARE = 4;
const MEBI = 1024 * 1024;
/** INVALID_ARGUMENT, RESOURCE_EXHAUSTED; INTERNAL of @grpc/grpc-js for what is no gzip; UNIMPLEMENTED for no whole message */
const GRPC_REFUSALS = [3, 8, 12, 13];

// The argument is written by the starter.
const order = JSON.parse(process.argv[2] ?? '{}') as FuzzOrder;
const faults: string[] = [];
const outcomes: Record<string, number> = {};
const random = seeded(order.seed);
const began = performance.now();
const seconds = (): number => (performance.now() - began) / 1000;

const place = await openPlace((fault) => void faults.push(fault));
const samples = await officialSamples(place);
const session = connect(place.grpcUrl);
session.on('error', (error) => void faults.push(`the gRPC connection ended: ${error.message}`));

let requests = 0;
let heldAtStart = 0;
while (requests < order.requests && seconds() < order.maxSeconds && faults.length < MAX_FAULTS) {
  await Promise.all(Array.from({ length: AT_ONCE }, () => one()));
  requests += AT_ONCE;
  place.seen.length = 0;
  if (heldAtStart === 0 && requests >= order.requests / 10) heldAtStart = await heldMemory(3);
}
const grown = heldAtStart === 0 ? 0 : (await heldMemory(3)) - heldAtStart;
const outcome: FuzzOutcome = {
  requests,
  seconds: Math.round(seconds()),
  outcomes: Object.fromEntries(Object.entries(outcomes).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  grownMebibytes: Math.round((grown / MEBI) * 10) / 10,
  heldBytes: place.heldBytes(),
  faults,
};
session.close();
closeAgent();
await place.close();
process.stdout.write(`${JSON.stringify(outcome)}\n`);
process.exit(0);

/** What the official exporters send, in both encodings. */
async function officialSamples({ url, seen }: FuzzPlace): Promise<readonly [Sample, ...Sample[]]> {
  for (const [Traces, Metrics, Logs] of [
    [ProtoTraces, ProtoMetrics, ProtoLogs],
    [JsonTraces, JsonMetrics, JsonLogs],
  ] as const) {
    await exportSpans(new Traces({ url: `${url}/v1/traces` }), 'fuzz', 3);
    await exportMetrics(new Metrics({ url: `${url}/v1/metrics` }), 'fuzz');
    await exportLogs(new Logs({ url: `${url}/v1/logs` }), 'fuzz');
  }
  const [first, ...more] = seen.splice(0);
  if (first === undefined) throw new Error('the official exporters sent nothing');
  return [first, ...more];
}

async function one(): Promise<void> {
  const pick = (): Sample => samples[below(random, samples.length)] ?? samples[0];
  const bent = bend(pick(), pick(), random);
  const isGrpc = bent.encoding === 'protobuf' && bent.method === 'POST' && below(random, GRPC_SHARE) === 0;
  const frame = isGrpc && below(random, 10) === 0 ? below(random, 200) - 100 : 0;
  try {
    if (isGrpc) judgeGrpc(bent, frame, await sendGrpc(session, bent, frame));
    else judgeHttp(bent, await sendHttp(place.url, bent));
  } catch (error) {
    faults.push(`${bent.way} was not answered (${String(error)}): ${shown(bent)}`);
  }
}

function judgeHttp(bent: Bent, { status, type, body }: Answered): void {
  count(`http ${bent.way} ${status}`);
  if (!bent.expected.includes(status)) faults.push(`${bent.way} was answered with ${status}: ${shown(bent)}`);
  if (bent.headers['content-type'] === 'text/plain') return;
  if (type !== bent.headers['content-type']) faults.push(`${bent.way} was answered in ${type}: ${shown(bent)}`);
  if (type === 'application/json') JSON.parse(Buffer.from(body).toString());
  // google.rpc.Status begins with its code.
  else if (status !== 200 && body[0] !== 8) faults.push(`${bent.way}: no status in the body: ${shown(bent)}`);
}

function judgeGrpc(bent: Bent, frame: number, status: number): void {
  count(`grpc ${bent.way}${frame === 0 ? '' : ', frame'} ${status}`);
  const isHead = ['path', 'type', 'packing unknown'].includes(bent.way);
  const mayPass = frame !== 0 || isHead || bent.expected.includes(200);
  const mustPass = frame === 0 && bent.expected.length === 1 && bent.expected[0] === 200;
  const isRight = status === 0 ? mayPass : !mustPass && GRPC_REFUSALS.includes(status);
  if (!isRight) faults.push(`${bent.way} over gRPC was answered with ${status}: ${shown(bent)}`);
}

function shown({ signal, encoding, body }: Bent): string {
  return `${signal} ${encoding} ${Buffer.from(body).subarray(0, 400).toString('hex')}`;
}

function count(name: string): void {
  outcomes[name] = (outcomes[name] ?? 0) + 1;
}
