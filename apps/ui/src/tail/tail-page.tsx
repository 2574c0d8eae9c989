import { Button, NativeSelect, SegmentedControl } from '@mantine/core';
import type { ServicesAnswer, TailKind } from '@mapscope/contract';
import { useRef, useState, type RefObject } from 'react';
import { servicesPath, tailPath } from '../api/paths.ts';
import { useAnswer } from '../api/use-answer.ts';
import { count } from '../format/number.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { hrefOf, type QueryValues } from '../router/query.ts';
import { navigate, useRoute } from '../router/use-route.ts';
import { TAIL_KINDS } from './tail-event.ts';
import { MAX_ENTRIES, newWhilePaused } from './tail-list.ts';
import { TailRow } from './tail-row.tsx';
import { useTail, type Tail, type TailState } from './use-tail.ts';

const KIND_CHOICES = [
  { value: '', label: 'all' },
  { value: 'lock_wait', label: 'lock waits' },
  { value: 'http_request', label: 'requests' },
  { value: 'probe_event', label: 'crashes' },
];

/** Scrolled this far down, somebody reads. */
const READING_PX = 24;

interface Filter {
  readonly service: string | undefined;
  readonly kind: TailKind | undefined;
}

const show = (filter: Filter, changed: QueryValues): void =>
  navigate(hrefOf('tail', { ...filter, ...changed }), 'replace');

export function TailPage() {
  const { query } = useRoute();
  const filter = { service: query['service'], kind: TAIL_KINDS.find((known) => known === query['kind']) };
  const [isHalted, setIsHalted] = useState(false);
  const [isScrolled, setIsScrolled] = useState(false);
  const isPaused = isHalted || isScrolled;
  const tail = useTail(tailPath(filter), isPaused);
  const scroller = useRef<HTMLDivElement>(null);
  const resume = (): void => {
    setIsHalted(false);
    scroller.current?.scrollTo({ top: 0 });
  };
  return (
    <>
      <div className="page-head">
        <h1>Live tail</h1>
        <FilterBar filter={filter} />
        <Button size="xs" variant="default" onClick={isPaused ? resume : () => setIsHalted(true)}>
          {isPaused ? 'Resume' : 'Pause'}
        </Button>
      </div>
      <TailSign tail={tail} isPaused={isPaused} onResume={resume} />
      <Events tail={tail} scroller={scroller} onScrolled={setIsScrolled} />
    </>
  );
}

interface EventsProps {
  readonly tail: Tail;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly onScrolled: (isScrolled: boolean) => void;
}

function Events({ tail: { list, state }, scroller, onScrolled }: EventsProps) {
  return (
    <div
      ref={scroller}
      className="tail"
      role="log"
      aria-live="off"
      aria-label="Events, newest first"
      tabIndex={0}
      onScroll={(event) => onScrolled(event.currentTarget.scrollTop > READING_PX)}
    >
      {list.shown.map(({ number, entry }) => (
        <TailRow key={number} entry={entry} />
      ))}
      {list.entries === 0 && state.name === 'open' && (
        <p className="dim tail-empty">Connected. Nothing happened yet.</p>
      )}
    </div>
  );
}

function FilterBar({ filter }: { readonly filter: Filter }) {
  return (
    <>
      <ServiceSelect service={filter.service} onChoose={(service) => show(filter, { service })} />
      <SegmentedControl
        size="xs"
        aria-label="Kind of event"
        data={KIND_CHOICES}
        value={filter.kind ?? ''}
        onChange={(kind) => show(filter, { kind })}
      />
    </>
  );
}

interface ServiceSelectProps {
  readonly service: string | undefined;
  readonly onChoose: (service: string) => void;
}

function ServiceSelect({ service, onChoose }: ServiceSelectProps) {
  const services = useAnswer<ServicesAnswer>(servicesPath('1h'));
  const known = services.value?.items.map((item) => item.service) ?? [];
  // A shared link may name a service that was quiet in the last hour.
  const names = service === undefined || known.includes(service) ? known : [service, ...known];
  const data = [{ value: '', label: 'all services' }, ...names.map((name) => ({ value: name, label: name }))];
  return (
    <NativeSelect
      size="xs"
      aria-label="Service"
      data={data}
      value={service ?? ''}
      onChange={(event) => onChoose(event.currentTarget.value)}
    />
  );
}

interface TailSignProps {
  readonly tail: Tail;
  readonly isPaused: boolean;
  readonly onResume: () => void;
}

function TailSign({ tail: { state, list, retry }, isPaused, onResume }: TailSignProps) {
  if (state.name === 'failed') return <ProblemNote problem={state.problem} onRetry={retry} />;
  const waiting = newWhilePaused(list);
  const lamp = lampOf(state, isPaused);
  return (
    <p className="tail-sign small" role="status">
      <span className={`lamp lamp-${lamp}`} aria-hidden="true" /> {lamp}
      <span className="dim">
        {' '}
        · {count(list.received)} received, the newest {MAX_ENTRIES} are kept
      </span>
      {list.skipped > 0 && <span className="text-hot"> · {count(list.skipped)} skipped</span>}
      {state.name === 'away' && (
        <span className="text-hot"> · {state.problem?.detail ?? 'the connection broke'}; trying again</span>
      )}
      {isPaused && waiting > 0 && (
        <Button className="primary" size="compact-xs" onClick={onResume}>
          {count(waiting)} new
        </Button>
      )}
      {list.letGo > 0 && <span className="dim"> {count(list.letGo)} of them no longer kept</span>}
    </p>
  );
}

function lampOf(state: TailState, isPaused: boolean): 'connecting' | 'paused' | 'live' {
  if (state.name !== 'open') return 'connecting';
  return isPaused ? 'paused' : 'live';
}
