import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BATCH_KINDS, type BatchKind } from '@mapscope/events';
import { expect, onTestFinished, test } from 'vitest';
import type { PreparedBatch } from '../batcher.ts';
import { BY_IMPORTANCE, shedBefore } from './priority.ts';
import { splitSegment } from './segment.ts';
import { type Kept, type SpoolNeeds, openSpool } from './spool.ts';

const MIB = 1024 * 1024;

function place(maxBytes = 64 * MIB, over: Partial<SpoolNeeds> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'mapscope-spool-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const shed: Kept[] = [];
  const problems: Error[] = [];
  const folder = join(root, 'agent');
  const needs: SpoolNeeds = {
    folder,
    owner: '{}',
    room: { maxBytes, usedBytes: 0 },
    onShed: (batch) => void shed.push(batch),
    onProblem: (error) => void problems.push(error),
    ...over,
  };
  return { spool: openSpool(needs), needs, folder, shed, problems };
}

const batch = (kind: BatchKind, sequence: number, size = 100): PreparedBatch => ({
  kind,
  rows: 5,
  sequence: BigInt(sequence),
  value: new Uint8Array(size).fill(sequence),
});

test('what goes in comes out, byte for byte, in the order of its kind, and the disk is free again', () => {
  const { spool, needs, folder } = place();
  for (const sequence of [1, 2, 3]) expect(spool.append(batch('lock_waits', sequence))).toBe(true);
  spool.append(batch('stacks', 9));
  expect(spool.waiting()).toHaveLength(4);
  for (const sequence of [1, 2, 3]) {
    expect(spool.head('lock_waits')).toEqual(batch('lock_waits', sequence));
    expect(spool.head('lock_waits'), 'until it is done').toEqual(batch('lock_waits', sequence));
    spool.done('lock_waits');
  }
  expect(spool.head('lock_waits')).toBeUndefined();
  expect(spool.head('stacks')).toEqual(batch('stacks', 9));
  spool.done('stacks');
  expect(needs.room.usedBytes).toBe(0);
  spool.close();
  expect(existsSync(folder)).toBe(false);
});

test('what is left lies there with its owner, and can be read by whoever comes next', () => {
  const { spool, folder } = place();
  spool.append(batch('lock_waits', 1));
  spool.append(batch('lock_waits', 2));
  spool.close();
  const [file] = readdirSync(folder).filter((name) => name.endsWith('.batches'));
  const bytes = readFileSync(join(folder, file ?? ''));
  expect(splitSegment(bytes).map(([first]) => first)).toEqual([1, 2]);
  expect(
    splitSegment(bytes.subarray(0, -1)).map(([first]) => first),
    'torn at its end',
  ).toEqual([1]);
});

test('nothing is made on a disk that is not needed', () => {
  const { spool, folder } = place();
  expect(spool.head('stacks')).toBeUndefined();
  spool.close();
  expect(existsSync(folder)).toBe(false);
});

test('at the bound the least important goes first, the oldest of it before the newer, and each batch is told', () => {
  const { spool, shed } = place(20 * MIB);
  const big = (kind: BatchKind, sequence: number) => batch(kind, sequence, 6 * MIB);
  spool.append(big('map_events', 1));
  spool.append(big('map_events', 2));
  spool.append(big('lock_waits', 1));
  expect(spool.append(big('lock_waits', 2))).toBe(true);
  expect(spool.append(big('stacks', 1))).toBe(true);
  expect(shed).toEqual([
    expect.objectContaining({ kind: 'map_events', sequence: 1n }),
    expect.objectContaining({ kind: 'map_events', sequence: 2n }),
  ]);
  expect(spool.append(big('map_events', 3)), 'nothing is less important').toBe(false);
  expect(spool.append(big('lock_waits', 3)), 'the newest waits replace the oldest').toBe(true);
  expect(spool.waiting().map(({ kind, rows }) => [kind, rows])).toHaveLength(3);
});

test('what is being sent is not shed', () => {
  const { spool, shed } = place(10 * MIB);
  spool.append(batch('lock_waits', 1, 6 * MIB));
  spool.head('lock_waits');
  expect(spool.append(batch('lock_waits', 2, 6 * MIB))).toBe(false);
  expect(shed).toEqual([]);
});

test('a disk that cannot be written is told, and nothing is lost without being counted', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'mapscope-spool-')), 'file');
  writeFileSync(file, '');
  const { spool, problems } = place(MIB, { folder: join(file, 'spool') });
  expect(spool.append(batch('stacks', 1))).toBe(false);
  expect(problems).toHaveLength(1);
});

test('every kind has its place', () => {
  expect(BY_IMPORTANCE.toSorted()).toEqual(Object.keys(BATCH_KINDS).toSorted());
  expect(shedBefore('agent_status').at(-1)).toBe('agent_status');
  expect(shedBefore('map_events')).toEqual(['map_events']);
});
