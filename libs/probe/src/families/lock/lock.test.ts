import { readFileSync } from 'node:fs';
import { RW_STATES } from '@mapscope/events';
import type { RwState } from '@mapscope/events';
import { describe, expect, it } from 'vitest';
import { batchOf } from '../../ring/test-batch.ts';
import { createRowMaker } from '../../rows/row-maker.ts';
import { createTimeAnchor } from '../../rows/time-anchor.ts';
import { valueOf } from '../../rows/test-values.ts';
import { createStackTable } from '../../symbols/stack-table.ts';
import { LOCK } from './hooks.ts';
import { LOCK_WAIT } from './layout.ts';

const { writer_pending: PENDING, writer_holding: HOLDING } = RW_STATES;

const CLOCK = { unixNanos: () => 0n, monotonicNanos: () => 0n };

/** The row's rw_state of a wait with these frames, seen as a reader pending and as a writer holding, so that each is known. */
function stateOf(names: readonly string[]): number {
  const bytes = new Uint8Array(LOCK_WAIT.sizeBytes);
  bytes[LOCK_WAIT.fields.rw_as_reader.offset] = PENDING;
  bytes[LOCK_WAIT.fields.rw_as_writer.offset] = HOLDING;
  bytes[0] = LOCK_WAIT.kind;
  const batch = batchOf(bytes);
  const makeRows = createRowMaker({
    origin: { service: 's', platform: 'p', pid: 1, buildId: 'b' },
    stacks: createStackTable({
      addresses: () => [1n],
      frames: () => names.map((name) => ({ function: name, file: 'f.go', line: 1 })),
      loadBias: 0n,
      buildId: 'b',
    }),
    clock: CLOCK,
    anchor: createTimeAnchor(CLOCK),
    callerless: new Set<number>(),
    typeName: () => undefined,
    mapType: () => undefined,
    panicValues: false,
  });
  const waits = makeRows(batch === undefined ? [] : [batch]).find(({ kind }) => kind === 'lock_waits');
  const column = waits?.columns['rw_state'];
  return column === undefined ? -1 : Number(valueOf('lock_waits', 'rw_state', column, 0));
}

const SLOW = ['internal/sync.(*Mutex).lockSlow', 'sync.(*Mutex).Lock'];

describe('what an RWMutex was at', () => {
  it.each<[string, readonly string[], RwState]>([
    ['a reader: what its semaphore says', ['sync.(*RWMutex).RLock', 'main.f'], 'writer_pending'],
    [
      'a writer behind a writer: what the inner Mutex says',
      [...SLOW, 'sync.(*RWMutex).Lock', 'main.f'],
      'writer_holding',
    ],
    ['a writer on its own semaphore waits for readers', ['sync.(*RWMutex).Lock', 'main.f'], 'readers_holding'],
    ['a Mutex has no such state', [...SLOW, 'main.f'], 'none'],
    ['nor has a WaitGroup', ['sync.(*WaitGroup).Wait', 'main.f'], 'none'],
  ])('%s', (_, names, state) => expect(stateOf(names)).toBe(RW_STATES[state]));
});

describe('hooks that stand in for others', () => {
  const header = readFileSync(new URL('../../../bpf/records.h', import.meta.url), 'utf8');
  const standIns = LOCK.hooks.flatMap((hook) => hook.fallback?.hooks ?? []);

  it.each([
    ['HOOK_LOCK_ACQUIRE', 'runtime.semacquire1', undefined],
    ['HOOK_LOCK_ACQUIRED', 'runtime.semacquire1', 'return'],
    ['HOOK_LOCK_READY_CLOSURE', 'runtime.semrelease1.readyWithTime.goready.func1', undefined],
  ])('%s hooks %s', (name, fn, at) => {
    const found = standIns.find((hook) => hook.function === fn && hook.at === at);
    expect(header).toContain(`#define ${name} ${found?.hook}\n`);
  });
});
