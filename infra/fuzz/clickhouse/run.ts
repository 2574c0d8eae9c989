/** Many requests against one role, with a look at its canary, its files, its memory and its life in between. */
import { readFileSync, readdirSync } from 'node:fs';
import { MapscopeError } from '@mapscope/events';
import * as fc from 'fast-check';
import type { Sample } from './bodies.ts';
import { exchange, type Verdict } from './exchange.ts';
import { partsOf } from './parts.ts';
import { fuzzRequest } from './requests.ts';
import { CANARY } from './statements.ts';

export interface FuzzPlace {
  readonly port: number;
  readonly pid: number;
  readonly isRunning: () => boolean;
  /** with canary.csv in it */
  readonly folder: string;
  /** path, size and time of everything that nobody may touch */
  readonly files: () => readonly string[];
  readonly spoolDir: string;
}

export interface FuzzReport {
  readonly requests: number;
  readonly seed: number;
  readonly seconds: number;
  readonly byKind: Readonly<Record<string, number>>;
  readonly byAnswer: Readonly<Record<string, number>>;
  readonly peakRssMiB: number;
  /** empty when all is well */
  readonly faults: readonly string[];
}

export interface FuzzWishes {
  readonly requests: number;
  readonly seed: number;
  readonly maxSeconds: number;
  readonly say: (text: string) => void;
}

const BATCH = 500;
const AT_ONCE = 16;
const MAX_FAULTS = 20;
/** The engine may hold 640 MiB (its default), Node's heap 256 MiB; the rest is code, stacks and allocators. */
const MAX_RSS_MIB = 1536;

export async function runFuzz(place: FuzzPlace, wishes: FuzzWishes): Promise<FuzzReport> {
  const samples = await prepare(place);
  const wanted = await state(place);
  const requests = fuzzRequest(`127.0.0.1:${place.port}`, partsOf(samples, place.folder));
  const byKind: Record<string, number> = {};
  const byAnswer: Record<string, number> = {};
  const faults: string[] = [];
  const start = performance.now();
  let [done, peak] = [0, 0];
  const seconds = (): number => (performance.now() - start) / 1000;
  while (done < wishes.requests && seconds() < wishes.maxSeconds && faults.length < MAX_FAULTS && place.isRunning()) {
    const count = Math.min(BATCH, wishes.requests - done);
    const batch = fc.sample(requests, { numRuns: count, seed: wishes.seed + done });
    await inParallel(batch, async (request) => {
      const verdict = await exchange(place.port, request);
      add(byKind, request.kind);
      add(byAnswer, nameOf(verdict));
      if (verdict.kind === 'silent' || verdict.kind === 'untyped') {
        faults.push(`${request.kind}: ${JSON.stringify(verdict)} to ${request.bytes.toString('latin1').slice(0, 400)}`);
      }
    });
    done += count;
    peak = Math.max(peak, rssMiB(place.pid));
    faults.push(...(await faultsOf(place, wanted)));
    wishes.say(`${done} requests, ${Math.round(done / seconds())}/s, ${peak} MiB, ${faults.length} faults\n`);
  }
  if (peak > MAX_RSS_MIB) faults.push(`the role held ${peak} MiB, more than ${MAX_RSS_MIB}`);
  return {
    requests: done,
    seed: wishes.seed,
    seconds: Math.round(seconds()),
    byKind,
    byAnswer,
    peakRssMiB: peak,
    faults,
  };
}

async function prepare(place: FuzzPlace): Promise<readonly Sample[]> {
  await ask(place, 'CREATE DATABASE kept');
  await ask(place, `CREATE TABLE ${CANARY} (a UInt64, s String) ENGINE = MergeTree ORDER BY a`);
  await ask(place, `INSERT INTO ${CANARY} SELECT number, 'canary' FROM numbers(3)`);
  await ask(place, 'CREATE TABLE target (n UInt32, s String) ENGINE = Null');
  const formats = (
    await ask(place, 'SELECT name, is_output FROM system.formats WHERE is_input ORDER BY name FORMAT TSV')
  ).trim();
  const samples: Sample[] = [];
  for (const line of formats.split('\n')) {
    const [format = '', isOutput] = line.split('\t');
    const rows = "SELECT toUInt32(number) AS n, concat('a\\n\\n', toString(number)) AS s FROM numbers(20)";
    const bytes = isOutput === '1' ? await bytesOf(place, `${rows} FORMAT ${format}`) : Buffer.alloc(0);
    samples.push({ format, bytes });
  }
  return samples;
}

async function bytesOf(place: FuzzPlace, statement: string): Promise<Buffer> {
  const response = await fetch(`http://127.0.0.1:${place.port}/`, { method: 'POST', body: statement });
  const bytes = Buffer.from(await response.arrayBuffer());
  return response.status === 200 ? bytes : Buffer.alloc(0);
}

async function ask(place: FuzzPlace, statement: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${place.port}/`, { method: 'POST', body: statement });
  const text = await response.text();
  if (response.status === 200) return text;
  throw new MapscopeError('CLICKHOUSE_REFUSED', `the role refused "${statement}": ${text.trim()}`);
}

const state = async (place: FuzzPlace): Promise<readonly string[]> => [
  await ask(place, `SELECT * FROM ${CANARY} ORDER BY a`),
  await ask(
    place,
    "SELECT database, name, engine FROM system.tables WHERE database NOT IN ('system', 'default', 'INFORMATION_SCHEMA', 'information_schema') ORDER BY 1, 2",
  ),
  await ask(place, 'SELECT count() FROM system.one'),
  ...place.files(),
];

async function faultsOf(place: FuzzPlace, wanted: readonly string[]): Promise<readonly string[]> {
  if (!place.isRunning()) return ['the role has ended'];
  const faults: string[] = [];
  const now = await state(place).catch((error: unknown) => [String(error)]);
  if (JSON.stringify(now) !== JSON.stringify(wanted))
    faults.push(`canary: ${JSON.stringify(now)} is not ${JSON.stringify(wanted)}`);
  const left = readdirSync(place.spoolDir).filter((name) => name.startsWith('body-'));
  if (left.length > AT_ONCE) faults.push(`${left.length} bodies lie in the spool`);
  return faults;
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

const add = (counts: Record<string, number>, name: string): void => {
  counts[name] = (counts[name] ?? 0) + 1;
};
const nameOf = (verdict: Verdict): string => ('status' in verdict ? String(verdict.status) : verdict.kind);
const rssMiB = (pid: number): number =>
  Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024);
