/** For tests: runs testdata/traces under the probes and compares every wait and request with what the program says of it. */
import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { LOCK_KINDS } from '@mapscope/events';
import type { Columns } from '@mapscope/events';
import { readGoBinary } from '@mapscope/golang';
import type { GoBinary } from '@mapscope/golang';
import { expect } from 'vitest';
import type { ProbeHealth } from '../../counters.ts';
import type { ProbeSessionOptions } from '../../session.ts';
import { openTestSession } from '../../test-session.ts';
import { rowsOf, runTarget } from '../../test-target.ts';
import type { Row } from '../../test-target.ts';

/** testdata/traces/main.go: Wait, Request, expectations. Empty ids: none, or those of the request's row. */
export interface ExpectedWait {
  readonly Name: string;
  readonly Lock: string;
  readonly Trace: string;
  readonly Span: string;
  readonly Binding: number;
  readonly OfRequest: string;
  readonly BeforeSpan: boolean;
  readonly Holder: string;
}
export interface ExpectedRequest {
  readonly Path: string;
  readonly Trace: string;
  readonly Parent: string;
  readonly Source: number;
}
export interface Expected {
  readonly Waits: readonly ExpectedWait[];
  readonly Requests: readonly ExpectedRequest[] | null;
  readonly Forgotten: number;
}

export interface Seen {
  readonly expected: Expected;
  readonly waits: readonly Row[];
  readonly requests: readonly Row[];
  readonly health: ProbeHealth;
}

export const readBinary = (executable: string): GoBinary =>
  readGoBinary(readFileSync(executable), { inflate: (bytes) => inflateSync(bytes) });

export async function watchTraces(executable: string, options: Partial<ProbeSessionOptions> = {}): Promise<Seen> {
  await using target = await runTarget(executable);
  const batches: Columns[] = [];
  const session = await openTestSession(
    { pid: target.pid, executable, families: ['lock', 'http', 'trace'], binary: readBinary(executable), ...options },
    { batches, problems: [] },
  );
  const response = await fetch(`${target.url}/run`);
  // The program is ours: main.go.
  const expected = (await response.json()) as Expected;
  await session.detach();
  const requests = rowsOf(batches, 'http_requests').filter((row) => row['route'] !== '/run');
  return { expected, waits: rowsOf(batches, 'lock_waits'), requests, health: session.health() };
}

const NO_TRACE = '0'.repeat(32);
const NO_SPAN = '0'.repeat(16);

/** Exactly one row for each wait, with exactly its ids. */
export function compareWaits({ expected, waits, requests }: Seen): void {
  // A WaitGroup may have stood at the same address before.
  const mutexes = waits.filter((row) => row['lock_kind'] === LOCK_KINDS.mutex);
  const byLock = Map.groupBy(mutexes, (row) => String(row['lock_addr']));
  const rowOfRequest = new Map(requests.map((row) => [String(row['route']), row]));
  const seen = expected.Waits.map(({ Name, Lock, BeforeSpan }) => {
    const found = (byLock.get(Lock) ?? []).map((row) => ({
      trace: BeforeSpan && !isKnownTrace(String(row['trace_id']), requests) ? 'of no row' : row['trace_id'],
      span: row['span_id'],
      binding: row['binding'],
      holder: row['holder_trace_id'],
    }));
    return { Name, found };
  });
  expect(seen).toEqual(
    expected.Waits.map((wait) => ({ Name: wait.Name, found: [idsOf(wait, rowOfRequest.get(wait.OfRequest))] })),
  );
}

function idsOf(wait: ExpectedWait, request: Row | undefined): Readonly<Record<string, unknown>> {
  return {
    trace: wait.BeforeSpan ? 'of no row' : wait.Trace || (request?.['trace_id'] ?? NO_TRACE),
    span: wait.Span || (request?.['span_id'] ?? NO_SPAN),
    binding: wait.Binding,
    holder: wait.Holder || NO_TRACE,
  };
}

const isKnownTrace = (trace: string, requests: readonly Row[]): boolean =>
  trace === NO_TRACE || requests.some((row) => row['trace_id'] === trace);

export function compareRequests({ expected, requests }: Seen): void {
  const wanted = expected.Requests ?? [];
  expect(requests.length).toBe(wanted.length);
  for (const { Path, Trace, Parent, Source } of wanted) {
    const row = requests.find(({ route }) => route === Path);
    expect(row, Path).toMatchObject({
      trace_source: Source,
      parent_span_id: Parent || NO_SPAN,
      ...(Trace === '' ? {} : { trace_id: Trace }),
    });
  }
  // What the probe made or the SDK gave is nobody else's.
  const own = requests.filter((row) => row['trace_source'] !== 1).map((row) => row['trace_id']);
  expect(new Set(own).size).toBe(own.length);
}
