/**
 * How far a listener has been told, and the cursor that says so. Pure.
 *
 * A lane is one agent's batches of one kind. Within a lane sequence numbers grow as the ledger does, and positions of
 * rows in a batch never change, so (lane → sequence, position) says exactly what was sent, whatever the order in which
 * lanes and timestamps interleave.
 *
 *   cursor   1.<since>.<newest>.<lane>-<sequence>-<position>.…
 *            1.19bd0f3a2c1.19bd0f571e0.4bf92f3577b34da62-1f-7c
 *            numbers are hex; lane = first 16 hex digits of the agent, number of the kind
 *
 * Lanes that were quiet for KEEP_MILLIS leave the cursor; `since` stands for them: whatever they send later is written
 * into the ledger after it. That holds while one ledger insert takes less than KEEP_MILLIS from the server's reading of
 * its clock to its visibility (the store gives up after 30 s), and that clock is not set back by more.
 */
import { BATCH_KINDS, MapscopeError } from '@mapscope/events';
import { laneOf, TAILED_KINDS, type LanePoint, type TailBatch } from '@mapscope/store';

export interface LaneProgress {
  readonly sequence: bigint;
  /** rows of that batch that were sent */
  readonly position: number;
  /** of that batch, or later */
  readonly insertedUnixMillis: number;
}

export interface Progress {
  readonly sinceUnixMillis: number;
  readonly newestUnixMillis: number;
  /** never changed in place by anybody but Map's owner, advance() */
  readonly lanes: ReadonlyMap<string, LaneProgress>;
}

export const KEEP_MILLIS = 120_000;
/** Bounds the cursor to 12 KB: it travels in a header, and Node takes 16 KB of them. */
export const MAX_LANES = 200;

/** Everything up to now counts as sent. */
export function startProgress(nowUnixMillis: number, latest: readonly TailBatch[]): Progress {
  const start = { sinceUnixMillis: nowUnixMillis - KEEP_MILLIS, newestUnixMillis: nowUnixMillis, lanes: new Map() };
  return latest.reduce<Progress>((progress, batch) => advance(progress, batch, batch.rows), start);
}

export const pointsOf = ({ lanes }: Progress): readonly LanePoint[] =>
  [...lanes].map(([lane, { sequence }]) => ({ lane, sequence }));

/** Rows 1 … position of the batch are sent. */
export function advance(progress: Progress, batch: TailBatch, position: number): Progress {
  const { sequence, insertedUnixMillis } = batch;
  const lanes = new Map(progress.lanes).set(laneOf(batch), { sequence, position, insertedUnixMillis });
  const newestUnixMillis = Math.max(progress.newestUnixMillis, insertedUnixMillis);
  return { ...progress, newestUnixMillis, lanes };
}

/** Lets quiet lanes go. `waiting`: batches that are known and not sent. */
export function settle(progress: Progress, waiting: readonly TailBatch[]): Progress {
  const oldest = Math.min(...waiting.map(({ insertedUnixMillis }) => insertedUnixMillis));
  const bound = Math.min(progress.newestUnixMillis - KEEP_MILLIS, oldest);
  const sinceUnixMillis = Math.max(progress.sinceUnixMillis, bound);
  const lanes = new Map([...progress.lanes].filter(([, lane]) => lane.insertedUnixMillis >= sinceUnixMillis));
  if (lanes.size <= MAX_LANES) return { ...progress, sinceUnixMillis, lanes };
  const text = `${lanes.size} streams of agents are active, a tail follows ${MAX_LANES}: name a service with service=, or a kind with kind=`;
  throw new MapscopeError('QUERY_INVALID', text, { facts: { lanes: lanes.size } });
}

const KIND_NUMBER: ReadonlyMap<string, number> = new Map(TAILED_KINDS.map((kind) => [kind, BATCH_KINDS[kind]]));
const KIND_NAME: ReadonlyMap<string, string> = new Map(TAILED_KINDS.map((kind) => [String(BATCH_KINDS[kind]), kind]));

export function formatCursor({ sinceUnixMillis, newestUnixMillis, lanes }: Progress): string {
  const parts = [...lanes].map(([lane, { sequence, position }]) => {
    const [agent = '', kind = ''] = lane.split(' ');
    return `${agent}${KIND_NUMBER.get(kind) ?? 0}-${sequence.toString(16)}-${position.toString(16)}`;
  });
  return ['1', sinceUnixMillis.toString(16), newestUnixMillis.toString(16), ...parts].join('.');
}

/** 200 lanes of 16 + 1 + 16 + 8 characters and three marks each, and the head. */
const MAX_CHARACTERS = 12_100;
const SHAPE = /^1\.[0-9a-f]{1,12}\.[0-9a-f]{1,12}(\.[0-9a-f]{16}\d-[0-9a-f]{1,16}-[0-9a-f]{1,8})*$/;

export function parseCursor(text: string): Progress {
  if (text.length > MAX_CHARACTERS || !SHAPE.test(text)) throw noCursor(text);
  const [, since = '', newest = '', ...parts] = text.split('.');
  if (parts.length > MAX_LANES) throw noCursor(text);
  const newestUnixMillis = Number.parseInt(newest, 16);
  const lanes = parts.map((part): [string, LaneProgress] => {
    const [lane = '', sequence = '', position = ''] = part.split('-');
    const kind = KIND_NAME.get(lane.slice(16));
    if (kind === undefined) throw noCursor(text);
    const at = { sequence: BigInt(`0x${sequence}`), position: Number.parseInt(position, 16) };
    return [`${lane.slice(0, 16)} ${kind}`, { ...at, insertedUnixMillis: newestUnixMillis }];
  });
  return { sinceUnixMillis: Number.parseInt(since, 16), newestUnixMillis, lanes: new Map(lanes) };
}

function noCursor(text: string): MapscopeError {
  return new MapscopeError(
    'QUERY_INVALID',
    `"${text.slice(0, 40)}" is not a cursor: give the id of an event of this tail as it came, or leave it out to begin now`,
  );
}
