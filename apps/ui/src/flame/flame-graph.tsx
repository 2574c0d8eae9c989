import { useMemo, useRef, type KeyboardEvent } from 'react';
import { duration } from '../format/duration.ts';
import { shortFunction } from '../format/code-place.ts';
import { percent, points } from '../format/number.ts';
import { neighbour, zoomed, type Flame, type FlameFrame } from './layout.ts';
import { differenceTone, plainTone } from './tone.ts';

/** Narrower frames cannot be seen nor hit; the table has them. */
const MIN_WIDTH = 0.002;
/** Of a frame that has room for a name. */
const NAMED_WIDTH = 0.03;

interface FlameGraphProps {
  readonly flame: Flame;
  readonly isDifference: boolean;
  /** path of the frame that is as wide as all; '' for none */
  readonly focus: string;
  readonly onFocus: (path: string) => void;
  readonly label: string;
}

export function FlameGraph({ flame, isDifference, focus, onFocus, label }: FlameGraphProps) {
  const frames = useMemo(() => zoomed(flame, focus).filter(({ width }) => width >= MIN_WIDTH), [flame, focus]);
  const box = useRef<HTMLDivElement>(null);
  const onKey = (event: KeyboardEvent): void => {
    const from = event.target instanceof HTMLElement ? event.target.dataset['path'] : undefined;
    const next = from === undefined ? undefined : neighbour(frames, from, event.key);
    if (next === undefined) return;
    event.preventDefault();
    box.current?.querySelector<HTMLElement>(`[data-path="${CSS.escape(next.path)}"]`)?.focus();
  };
  return (
    <div
      ref={box}
      className="flame"
      role="group"
      aria-label={label}
      style={{ height: `${flame.depth * 24}px` }}
      onKeyDown={onKey}
    >
      {frames.map((frame, index) => (
        <button
          key={frame.path}
          type="button"
          data-path={frame.path}
          // One stop for Tab; arrows walk from there.
          tabIndex={index === 0 ? 0 : -1}
          className={`flame-frame ${isDifference ? differenceTone(frame) : plainTone(frame)}`}
          style={{ left: `${frame.left * 100}%`, width: `${frame.width * 100}%`, top: `${frame.depth * 24}px` }}
          title={wordsOf(frame, flame, isDifference)}
          aria-label={wordsOf(frame, flame, isDifference)}
          onClick={() => onFocus(frame.path === focus ? '' : frame.path)}
        >
          {frame.width >= NAMED_WIDTH && shortFunction(frame.site.function)}
        </button>
      ))}
    </div>
  );
}

function wordsOf({ site, waitMs, selfMs, gained }: FlameFrame, { totalMs }: Flame, isDifference: boolean): string {
  const share = totalMs === 0 ? 0 : waitMs / totalMs;
  const self = selfMs > 0 ? `, ${duration(selfMs)} right here` : '';
  const difference = isDifference ? `; ${points(gained)} points of all waiting against the baseline` : '';
  return `${site.function}: ${duration(waitMs)} waited, ${percent(share)}${self}${difference}`;
}
