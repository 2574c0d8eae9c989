/**
 * The detection that runs by itself, as long as the api does: crashes twice a second, spikes every two seconds, and one
 * explanation after each look. All that it knows is in the store, so that it may be ended and started anywhere, twice too.
 */
import { MapscopeError, NANOS_PER_SECOND, type Clock } from '@mapscope/events';
import type { EvidenceSource } from '@mapscope/rootcause';
import type { IncidentRecord, IncidentStore } from '@mapscope/store';
import type { Log } from '../ports.ts';
import type { Explain } from '../queries/explainer.ts';
import { explained, nextToExplain, questionOf } from './explain-next.ts';
import { FIRST_LOOK_NANOS, lookForCrashes, lookForSpikes } from './look.ts';

/** The store is asked for at most a tenth of the time, however slow it is, up to a pause that the targets allow. */
const PAUSE_PER_LOOK = 9;
/** From crash to incident are to be less than 3 s. */
const CRASHES = { pauseMillis: 500, longestMillis: 1500 } as const;
/** From fault to incident are to be less than 30 s: ten for the first high step, ten at most until it is looked at. */
const SPIKES = { pauseMillis: 2000, longestMillis: 10_000 } as const;
const AWAY_PAUSE_MILLIS = 5000;
const EXPLAIN_AGAIN_NANOS = 30n * NANOS_PER_SECOND;
const MAX_WAITING = 1000;

export interface DetectorNeeds {
  readonly incidents: IncidentStore;
  readonly evidence: Pick<EvidenceSource, 'latencySeries'>;
  readonly explain: Explain;
  readonly clock: Clock;
  readonly log: Log;
  /** resolves at once when the signal aborts */
  readonly pause: (millis: number, signal: AbortSignal) => Promise<void>;
}

export interface Detector {
  /** resolves when nothing of it is under way any more */
  readonly close: () => Promise<void>;
}

export function startDetector(needs: DetectorNeeds): Detector {
  const stop = new AbortController();
  const explainOne = explainer(needs);
  const loops = [
    repeat(needs, stop.signal, CRASHES, async (isFirst) => {
      await lookForCrashes(needs, isFirst ? FIRST_LOOK_NANOS : undefined);
    }),
    repeat(needs, stop.signal, SPIKES, async (isFirst) => {
      await explainOne(await lookForSpikes(needs, isFirst ? FIRST_LOOK_NANOS : undefined));
    }),
  ];
  return {
    close: async () => {
      stop.abort();
      await Promise.all(loops);
    },
  };
}

/** A store that is away, or has no tables yet, is told once and asked again. */
async function repeat(
  { clock, log, pause }: DetectorNeeds,
  signal: AbortSignal,
  { pauseMillis, longestMillis }: { readonly pauseMillis: number; readonly longestMillis: number },
  look: (isFirst: boolean) => Promise<void>,
): Promise<void> {
  let isFirst = true;
  let told = '';
  while (!signal.aborted) {
    const begin = clock.monotonicNanos();
    try {
      await look(isFirst);
      isFirst = false;
      told = '';
    } catch (error) {
      const code = error instanceof MapscopeError ? error.code : 'INTERNAL';
      if (code !== told) log({ event: 'incidents-not-looked-for', code, message: String(error) });
      told = code;
    }
    const tookMillis = Number((clock.monotonicNanos() - begin) / 1_000_000n);
    const rest = Math.min(longestMillis, Math.max(pauseMillis, PAUSE_PER_LOOK * tookMillis));
    await pause(told === '' ? rest : AWAY_PAUSE_MILLIS, signal);
  }
}

/** One at a time, so that a look is never late for long. What failed waits half a minute. */
type ExplainOne = (known: readonly IncidentRecord[]) => Promise<void>;

function explainer({ incidents, explain, clock, log }: DetectorNeeds): ExplainOne {
  const waiting = new Map<string, bigint>();
  return async (known) => {
    const now = clock.unixNanos();
    const next = nextToExplain(known, now, (id) => (waiting.get(id) ?? 0n) > clock.monotonicNanos());
    if (next === undefined) return;
    try {
      const answer = await explain(questionOf(next, now));
      // It may have grown, or been merged, meanwhile.
      const fresh = await incidents.get(next.id);
      if (fresh === undefined) return;
      const told = explained(fresh, answer, clock.unixNanos());
      await incidents.put([{ ...told, explainedUntilUnixNanos: next.endUnixNanos }]);
      waiting.delete(next.id);
    } catch (error) {
      if (waiting.size >= MAX_WAITING) waiting.clear();
      waiting.set(next.id, clock.monotonicNanos() + EXPLAIN_AGAIN_NANOS);
      log({ event: 'incident-not-explained', id: next.id, message: String(error) });
    }
  };
}
