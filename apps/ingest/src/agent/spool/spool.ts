/**
 * What cannot go to Kafka now, kept on disk in the order it came, kind by kind:
 *
 *   append ─► lock_waits     [seg 0][seg 1][seg 2 ◄ written]      head ─► the oldest batch; done ─► gone
 *             http_requests  [seg 0]
 *
 * All agents of a host's process share one bound. At the bound whole segments go, least important kind first
 * (priority.ts), oldest first within a kind; every batch that goes is told. Batches keep the identity they were made
 * with, so it does no harm if one is sent again. What is left at the end lies there for the next agent (leftover.ts).
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BatchKind } from '@mapscope/events';
import type { PreparedBatch } from '../batcher.ts';
import { shedBefore } from './priority.ts';
import { type Segment, createSegment } from './segment.ts';

const SEGMENT_BYTES = 8 * 1024 * 1024;
export const OWNER_FILE = 'owner.json';

export type Kept = Pick<PreparedBatch, 'kind' | 'rows'>;

/** Bytes on disk of all spools of a process. */
export interface SpoolRoom {
  readonly maxBytes: number;
  usedBytes: number;
}

export interface SpoolNeeds {
  /** made when it is first needed */
  readonly folder: string;
  /** JSON text for OWNER_FILE: whose it is */
  readonly owner: string;
  readonly room: SpoolRoom;
  readonly onShed: (batch: Kept) => void;
  readonly onProblem: (error: Error) => void;
}

export interface Spool {
  /** False: there is no room even after all that is less important went. */
  readonly append: (batch: PreparedBatch) => boolean;
  /** The oldest of a kind; it stays until `done`. */
  readonly head: (kind: BatchKind) => PreparedBatch | undefined;
  readonly done: (kind: BatchKind) => void;
  readonly waiting: () => readonly Kept[];
  /** What is left stays on disk. */
  readonly close: () => void;
}

interface Lane {
  readonly segments: Segment[];
  /** its oldest batch is being sent: the file stays for now */
  isHeadOut: boolean;
}

interface State {
  readonly needs: SpoolNeeds;
  readonly lanes: Map<BatchKind, Lane>;
  nextFile: number;
}

export function openSpool(needs: SpoolNeeds): Spool {
  const state: State = { needs, lanes: new Map(), nextFile: 0 };
  return {
    append: (batch) => append(state, batch),
    head: (kind) => {
      const lane = state.lanes.get(kind);
      const head = lane?.segments[0]?.head();
      if (lane !== undefined) lane.isHeadOut = head !== undefined;
      return head;
    },
    done: (kind) => done(state, kind),
    waiting: () => [...state.lanes.values()].flatMap(({ segments }) => segments.flatMap(({ waiting }) => waiting)),
    close: () => close(state),
  };
}

function append(state: State, batch: PreparedBatch): boolean {
  const { needs } = state;
  try {
    if (!makeRoom(state, batch)) return false;
    const segment = segmentFor(state, batch);
    const before = segment.sizeBytes;
    segment.append(batch);
    needs.room.usedBytes += segment.sizeBytes - before;
    return true;
  } catch (error) {
    needs.onProblem(error instanceof Error ? error : new Error(String(error)));
    return false;
  }
}

function makeRoom(state: State, { kind, value }: PreparedBatch): boolean {
  const { room } = state.needs;
  const fits = (): boolean => room.usedBytes + value.length <= room.maxBytes;
  for (const victim of shedBefore(kind)) {
    while (!fits() && shedOldest(state, victim));
  }
  return fits();
}

function shedOldest(state: State, kind: BatchKind): boolean {
  const lane = state.lanes.get(kind);
  const index = lane?.isHeadOut === true ? 1 : 0;
  const [segment] = lane?.segments.splice(index, 1) ?? [];
  if (segment === undefined) return false;
  for (const batch of segment.waiting) state.needs.onShed(batch);
  drop(state, segment);
  return true;
}

function drop({ needs }: State, segment: Segment): void {
  needs.room.usedBytes -= segment.sizeBytes;
  segment.remove();
}

/** The newest of its kind while there is room in it, else a new one. */
function segmentFor(state: State, { kind, value }: PreparedBatch): Segment {
  const lane = state.lanes.get(kind) ?? { segments: [], isHeadOut: false };
  state.lanes.set(kind, lane);
  const newest = lane.segments.at(-1);
  if (newest !== undefined && newest.sizeBytes + value.length <= SEGMENT_BYTES) return newest;
  const { folder, owner } = state.needs;
  if (state.nextFile === 0) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, OWNER_FILE), owner, { mode: 0o600 });
  }
  const name = `${String(state.nextFile++).padStart(8, '0')}.${kind}.batches`;
  const segment = createSegment(join(folder, name));
  lane.segments.push(segment);
  return segment;
}

function done(state: State, kind: BatchKind): void {
  const lane = state.lanes.get(kind);
  const [segment] = lane?.segments ?? [];
  if (lane === undefined || segment === undefined) return;
  lane.isHeadOut = false;
  segment.takeHead();
  if (segment.waiting.length > 0) return;
  lane.segments.shift();
  drop(state, segment);
}

function close(state: State): void {
  const segments = [...state.lanes.values()].flatMap((lane) => lane.segments);
  for (const segment of segments) segment.close();
  if (segments.length === 0 && state.nextFile > 0) rmSync(state.needs.folder, { recursive: true, force: true });
}
