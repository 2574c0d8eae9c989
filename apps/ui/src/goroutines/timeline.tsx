import { Button, NativeSelect } from '@mantine/core';
import type { DumpJson, TimelineAnswer } from '@mapscope/contract';
import { useMemo } from 'react';
import { timelinePath } from '../api/paths.ts';
import { useAnswer } from '../api/use-answer.ts';
import { duration } from '../format/duration.ts';
import { msBetween } from '../format/instant.ts';
import { count, plural } from '../format/number.ts';
import { ChartOrTable } from '../parts/chart-or-table.tsx';
import { Loading } from '../parts/loading.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { hrefOf, type QueryValues } from '../router/query.ts';
import { navigate, useRoute } from '../router/use-route.ts';
import { chosenOf, stepped, wakerOf, type Choice } from './choice.ts';
import { ChosenState } from './chosen-state.tsx';
import { GoroutineTable } from './goroutine-table.tsx';
import { TONE_WORDS, TONES } from './states.ts';
import { TimelineCanvas } from './timeline-canvas.tsx';
import { tracksOf, type Tracks } from './tracks.ts';
import { bounded, revealing, type View } from './view.ts';

/** A crash is decided in milliseconds; a dump that was asked for shows a second. */
const LAST_MS = ['3.2', '20', '100', '1000', '10000'] as const;
export const lastMsOf = (query: QueryValues, { reason }: DumpJson): string =>
  query['lastMs'] ?? (reason === 'request' ? '1000' : '20');

export function Timeline({ dump }: { readonly dump: DumpJson }) {
  const { query } = useRoute();
  const { service, pid, at } = dump;
  const lastMs = lastMsOf(query, dump);
  const path = timelinePath({ service, pid: String(pid), at, lastMs });
  const { value, problem, retry } = useAnswer<TimelineAnswer>(path, { subject: `${service} ${pid} ${at}` });
  const tracks = useMemo(() => (value === undefined ? undefined : tracksOf(value)), [value]);
  if (problem !== undefined) return <ProblemNote problem={problem} onRetry={retry} />;
  if (value === undefined || tracks === undefined) return <Loading what="Timeline" heights={[420]} />;
  return <Drawn answer={value} tracks={tracks} lastMs={lastMs} />;
}

interface DrawnProps {
  readonly answer: TimelineAnswer;
  readonly tracks: Tracks;
  readonly lastMs: string;
}

const show = (query: QueryValues, changed: QueryValues): void =>
  navigate(hrefOf('goroutines', { ...query, ...changed }), 'replace');

const numberOr = (text: string | undefined, otherwise: number): number => {
  const value = Number(text);
  return text === undefined || !Number.isFinite(value) ? otherwise : value;
};

/** As fine as anybody zooms, as short as an address likes. */
const msText = (ms: number): string => String(Number(ms.toFixed(4)));

/** View and choice are in the address. */
function useTimelineState(query: QueryValues, { tracks, endMs }: Tracks, knownFromMs: number) {
  const { v0, v1, goroutine, stateAt } = query;
  const view = useMemo(
    () => bounded({ fromMs: numberOr(v0, knownFromMs), toMs: numberOr(v1, endMs) }, endMs),
    [v0, v1, endMs],
  );
  const chosen = useMemo((): Choice | undefined => {
    const track = tracks.findIndex((one) => one.goroutine === goroutine);
    return track < 0 ? undefined : { track, atMs: numberOr(stateAt, endMs) };
  }, [tracks, goroutine, stateAt, endMs]);
  const viewValues = ({ fromMs, toMs }: View): QueryValues =>
    fromMs <= knownFromMs && toMs >= endMs
      ? { v0: undefined, v1: undefined }
      : { v0: msText(fromMs), v1: msText(toMs) };
  const onView = (next: View): void => show(query, viewValues(next));
  const onChoose = (choice: Choice): void => {
    const stretch = chosenOf(tracks, choice)?.stretch;
    const seen = stretch === undefined ? view : revealing(view, { fromMs: choice.atMs, toMs: choice.atMs }, endMs);
    show(query, { ...viewValues(seen), goroutine: tracks[choice.track]?.goroutine, stateAt: msText(choice.atMs) });
  };
  return { view, chosen, onView, onChoose };
}

function Drawn({ answer, tracks, lastMs }: DrawnProps) {
  const { query } = useRoute();
  // What lies before was overwritten before the recorder was read.
  const knownFromMs = Math.max(0, msBetween(answer.window.from, answer.dump.completeFrom));
  const { view, chosen, onView, onChoose } = useTimelineState(query, tracks, knownFromMs);
  const onKey = (key: string): boolean => {
    const next = stepped(tracks.tracks, chosen, key);
    if (next !== undefined) onChoose(next);
    return next !== undefined;
  };
  const toWaker = chosen && wakerOf(tracks.tracks, chosen);
  const isWhole = view.fromMs <= knownFromMs && view.toMs >= tracks.endMs;
  const chart = (
    <>
      <TimelineCanvas
        tracks={tracks}
        view={view}
        chosen={chosen}
        label={labelOf(answer)}
        onView={onView}
        onChoose={onChoose}
        onKey={onKey}
      />
      <Legend />
      <ChosenState
        chosen={chosenOf(tracks.tracks, chosen)}
        endMs={tracks.endMs}
        onWaker={toWaker && (() => onChoose(toWaker))}
      />
    </>
  );
  const aside = (
    <TimelineControls
      answer={answer}
      lastMs={lastMs}
      onLast={(ms) => show(query, { lastMs: ms, v0: undefined, v1: undefined })}
      onWhole={isWhole ? undefined : () => onView({ fromMs: knownFromMs, toMs: tracks.endMs })}
    />
  );
  return <ChartOrTable title="Timeline" aside={aside} chart={chart} table={<GoroutineTable tracks={tracks} />} />;
}

const labelOf = ({ dump, goroutines }: TimelineAnswer): string =>
  `What ${plural(goroutines.length, 'goroutine')} of ${dump.service} did. w and s zoom, a and d pan, arrows walk, u goes to who woke it; the table has the same numbers.`;

interface TimelineControlsProps {
  readonly answer: TimelineAnswer;
  readonly lastMs: string;
  readonly onLast: (ms: string) => void;
  /** undefined: all of it is in view */
  readonly onWhole: (() => void) | undefined;
}

function TimelineControls({ answer, lastMs, onLast, onWhole }: TimelineControlsProps) {
  return (
    <span className="controls">
      <span className="dim small">{sizeWords(answer)}</span>
      <NativeSelect
        size="xs"
        aria-label="How much before the end"
        value={lastMs}
        data={[...new Set([...LAST_MS, lastMs])].map((ms) => ({ value: ms, label: `last ${duration(Number(ms))}` }))}
        onChange={(event) => onLast(event.currentTarget.value)}
      />
      {onWhole !== undefined && (
        <Button size="compact-xs" variant="default" onClick={onWhole}>
          Show all
        </Button>
      )}
    </span>
  );
}

function sizeWords({ goroutines, changes, isCut }: TimelineAnswer): string {
  const words = `${plural(goroutines.length, 'goroutine')}, ${count(changes.atMs.length)} changes of state`;
  return isCut ? `${words}; older ones are left out: show less time` : words;
}

function Legend() {
  return (
    <ul className="timeline-legend dim small">
      {TONES.map((tone) => (
        <li key={tone}>
          <span className={`go-swatch go-${tone}`} /> {TONE_WORDS[tone]}
        </li>
      ))}
      <li>
        <b className="text-hot">✕</b> ended the process
      </li>
    </ul>
  );
}
