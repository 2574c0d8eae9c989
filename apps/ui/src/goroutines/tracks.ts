/**
 * What each goroutine did in the last milliseconds that the flight recorder holds. Pure.
 *
 *   g 1007   ▁▁▁▁▁▁▁▁▁▁▁▁▂▂████████▁▁▁▁▁     thin: it waits   half: ready, not running   full: it runs
 *   g 1003   ████████████▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁
 *                        ▲ 1003 made 1007 ready, on the thread where it ran
 */
import type { CodeSiteJson, TimelineAnswer } from '@mapscope/contract';
import { msBetween } from '../format/instant.ts';
import { toneOf, type Tone } from './states.ts';

export interface Stretch {
  /** since the begin of the window; the first may begin before it */
  readonly fromMs: number;
  readonly toMs: number;
  readonly state: TimelineAnswer['changes']['state'][number];
  readonly tone: Tone;
  /** as Go prints it; undefined: it does not wait */
  readonly reason: string | undefined;
  readonly site: CodeSiteJson | undefined;
  readonly traceId: string | undefined;
  /** who made it ready at its end; undefined: nobody was seen running on that thread (the network poller, a timer) */
  readonly wokenBy: string | undefined;
}

export interface Track {
  readonly goroutine: string;
  readonly stretches: readonly Stretch[];
  /** it ended the process, then */
  readonly crashedAtMs: number | undefined;
}

export interface Tracks {
  /** the one that crashed first, then those that ran most */
  readonly tracks: readonly Track[];
  readonly endMs: number;
}

interface Open {
  readonly index: number;
  readonly fromMs: number;
}

interface Building {
  readonly goroutine: string;
  readonly stretches: Stretch[];
  open: Open | undefined;
  crashedAtMs: number | undefined;
}

export function tracksOf(answer: TimelineAnswer): Tracks {
  const endMs = lengthMs(answer);
  const building = answer.goroutines.map((goroutine): Building => ({
    goroutine,
    stretches: [],
    open: undefined,
    crashedAtMs: undefined,
  }));
  const runningOn = new Map<number, string>();
  const { atMs, goroutine, isCrash } = answer.changes;
  for (const [index, at] of atMs.entries()) {
    const track = building[goroutine[index] ?? -1];
    if (track === undefined) continue;
    if (isCrash[index] === true) {
      track.crashedAtMs = at;
      continue;
    }
    close(answer, track, { toMs: at, wokenBy: wakerOf(answer, index, { track, runningOn }) });
    follow(answer, index, { track, runningOn });
    track.open = { index, fromMs: at };
  }
  for (const track of building) close(answer, track, { toMs: endMs, wokenBy: undefined });
  return { tracks: building.toSorted(byInterest), endMs };
}

/** Never nought: everything is divided by it. */
const lengthMs = ({ window }: TimelineAnswer): number => Math.max(0.001, msBetween(window.from, window.to));

function close(
  answer: TimelineAnswer,
  { open, stretches }: Building,
  { toMs, wokenBy }: { readonly toMs: number; readonly wokenBy: string | undefined },
): void {
  if (open === undefined) return;
  const { changes, waitReasons, sites, traceIds } = answer;
  const { index, fromMs } = open;
  const state = changes.state[index] ?? 'idle';
  const reason = waitReasons[changes.waitReason[index] ?? -1];
  stretches.push({
    fromMs,
    toMs,
    state,
    tone: toneOf(state, reason),
    reason,
    site: sites[changes.site[index] ?? -1],
    traceId: traceIds[changes.trace[index] ?? -1],
    wokenBy: state === 'waiting' ? wokenBy : undefined,
  });
}

interface Running {
  readonly track: Building;
  readonly runningOn: Map<number, string>;
}

/** casgstatus runs on the thread of whoever calls goready: the goroutine that runs there woke this one (proc.go, ready). */
function wakerOf({ changes }: TimelineAnswer, index: number, { track, runningOn }: Running): string | undefined {
  if (changes.state[index] !== 'runnable') return undefined;
  const waker = runningOn.get(changes.thread[index] ?? -1);
  return waker === track.goroutine ? undefined : waker;
}

function follow({ changes }: TimelineAnswer, index: number, { track, runningOn }: Running): void {
  for (const [thread, goroutine] of runningOn) if (goroutine === track.goroutine) runningOn.delete(thread);
  if (changes.state[index] === 'running') runningOn.set(changes.thread[index] ?? -1, track.goroutine);
}

const ranMs = ({ stretches }: Pick<Track, 'stretches'>): number =>
  stretches.reduce((sum, { tone, fromMs, toMs }) => (tone === 'running' ? sum + toMs - Math.max(0, fromMs) : sum), 0);

const byInterest = (a: Building, b: Building): number =>
  Number(b.crashedAtMs !== undefined) - Number(a.crashedAtMs !== undefined) || ranMs(b) - ranMs(a);
