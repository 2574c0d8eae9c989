import { Button } from '@mantine/core';
import type { CodeSiteJson, TraceWaitJson } from '@mapscope/contract';
import { useId } from 'react';
import { duration } from '../format/duration.ts';
import { fileLine, isKnown, lockWord, shortFunction } from '../format/code-place.ts';
import { unixMs } from '../format/instant.ts';
import { Link } from '../router/link.tsx';
import { hrefOf } from '../router/query.ts';
import { TraceLink } from '../parts/trace-link.tsx';
import { BarText, DrawnWaits, indent } from './bar-rows.tsx';
import type { WaitBar } from './layout.ts';
import { BINDING_WORDS } from './trace-words.ts';

const lineOf = (site: CodeSiteJson): string => (isKnown(site) ? fileLine(site) : 'unknown line');

interface WaitRowProps {
  readonly bar: WaitBar;
  readonly depth: number;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  /** undefined: no request of the trace is stored */
  readonly service: string | undefined;
  /** to the row of the request that held the lock; undefined: it is not of this trace */
  readonly onHolder: (() => void) | undefined;
}

/** One wait to scale; a click opens who waited and who held, with their stacks. */
export function WaitRow({ bar, depth, isOpen, onToggle, service, onHolder }: WaitRowProps) {
  const detailId = useId();
  const { wait, waiting, scheduling } = bar;
  const whole = { leftPct: waiting.leftPct, widthPct: waiting.widthPct + scheduling.widthPct };
  return (
    <>
      <button type="button" className="row row-wait" aria-expanded={isOpen} aria-controls={detailId} onClick={onToggle}>
        <span className="row-name" style={indent(depth)}>
          <span className="chevron" aria-hidden="true">
            {isOpen ? '▾' : '▸'}
          </span>
          <span className="text-wait">{lineOf(wait.waiter)}</span>
          <span className="dim"> ← </span>
          <span className="text-hold">{lineOf(wait.releasedAt)}</span>
        </span>
        <span className="lane">
          <DrawnWaits waits={[bar]} />
          <BarText extent={whole} lengthMs={wait.waitMs} />
        </span>
      </button>
      {isOpen && <WaitDetail id={detailId} bar={bar} service={service} onHolder={onHolder} />}
    </>
  );
}

interface WaitDetailProps extends Pick<WaitRowProps, 'bar' | 'service' | 'onHolder'> {
  readonly id: string;
}

function WaitDetail({ id, bar: { wait, startMs, within }, service, onHolder }: WaitDetailProps) {
  return (
    <div id={id} className="wait-detail">
      <p>
        Waited <b>{duration(wait.waitMs)}</b> from {duration(startMs)} on for the lock <code>{wait.lockAddress}</code> (
        {lockWord(wait.lockKind)}), then was ready for {duration(wait.schedMs)} before it ran.
        {BINDING_WORDS[wait.binding].sentence} Held by <HolderTrace wait={wait} onHolder={onHolder} />.
        {within !== undefined && (
          <>
            {' '}
            The span <code>{within}</code> was open meanwhile.
          </>
        )}
      </p>
      {service !== undefined && <Further wait={wait} service={service} />}
      <div className="two">
        <Stack
          title={`Waiter, goroutine ${wait.waiterGoroutine}`}
          tone="wait"
          frames={wait.waiterStack}
          blamed={wait.waiter}
        />
        <Stack
          title={`Holder, goroutine ${wait.holderGoroutine}`}
          tone="hold"
          frames={wait.holderStack}
          blamed={wait.releasedAt}
        />
      </div>
    </div>
  );
}

function HolderTrace({
  wait: { holderTraceId, holderGoroutine },
  onHolder,
}: {
  readonly wait: TraceWaitJson;
  readonly onHolder: (() => void) | undefined;
}) {
  if (onHolder !== undefined)
    return (
      <>
        another goroutine of this trace{' '}
        <Button size="compact-xs" variant="default" onClick={onHolder}>
          Who held it: goroutine {holderGoroutine}
        </Button>
      </>
    );
  if (holderTraceId === null) return <>a goroutine outside of every request</>;
  return (
    <>
      trace <TraceLink id={holderTraceId} />
    </>
  );
}

const AROUND_MS = 30_000;

/** Where else this wait is seen. */
function Further({ wait, service }: { readonly wait: TraceWaitJson; readonly service: string }) {
  const at = unixMs(wait.start);
  const [from, to] = [at - AROUND_MS, at + AROUND_MS].map((ms) => new Date(ms).toISOString());
  return (
    <p className="small further">
      <Link href={hrefOf('locks', { service, lock: wait.lockAddress, from, to })}>
        Everybody who waited for this lock
      </Link>
      <Link href={hrefOf('goroutines', { service, from, to, goroutine: wait.holderGoroutine })}>
        What goroutine {wait.holderGoroutine} did then
      </Link>
    </p>
  );
}

interface StackProps {
  readonly title: string;
  readonly tone: 'wait' | 'hold';
  readonly frames: readonly CodeSiteJson[];
  /** the frame the wait is counted for */
  readonly blamed: CodeSiteJson;
}

/** Innermost frame first, as Go prints it. */
function Stack({ title, tone, frames, blamed }: StackProps) {
  const blamedIndex = frames.findIndex((frame) => frame.function === blamed.function && frame.line === blamed.line);
  return (
    <div>
      <h3 className={`text-${tone}`}>{title}</h3>
      {frames.length === 0 && <p className="dim">The stack was not stored.</p>}
      <ol className="stack-frames">
        {frames.map((frame, index) => (
          <li key={index} className={index === blamedIndex ? `frame frame-${tone}` : 'frame'}>
            <span className="frame-function">{shortFunction(frame.function)}</span>
            <span className="frame-line" title={frame.file}>
              {lineOf(frame)}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}
