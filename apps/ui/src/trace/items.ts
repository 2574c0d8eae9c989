/** The rows of a waterfall in one list, so that only those in sight need to be drawn. Pure. */
import { plural } from '../format/number.ts';
import type { TraceBar, TraceLayout, WaitBar } from './layout.ts';

export type Item = { readonly id: string } & (
  | { readonly kind: 'bar'; readonly bar: TraceBar }
  | { readonly kind: 'wait'; readonly bar: WaitBar; readonly depth: number }
  | { readonly kind: 'title'; readonly text: string }
);

/** Of one row; the longest are kept, the rest is counted. */
const MAX_WAITS = 200;

export const barId = ({ node }: TraceBar): string =>
  node.kind === 'request' ? `r${node.request.spanId}` : node.span.spanId;

export function itemsOf(layout: TraceLayout): readonly Item[] {
  // One number for each wait of the trace: it stays the same for the same trace, so that a link can name it.
  const numberOf = new Map(
    [...layout.bars.flatMap(({ listed }) => listed), ...layout.strayWaits].map((bar, i) => [bar, i]),
  );
  const waits = (bars: readonly WaitBar[], depth: number, of: string): readonly Item[] => {
    const shown = bars.length <= MAX_WAITS ? bars : longestOf(bars);
    const rows = shown.map((bar): Item => ({ kind: 'wait', id: `w${numberOf.get(bar)}`, bar, depth }));
    const text = `${plural(bars.length - MAX_WAITS, 'shorter wait')} not drawn; the table has all`;
    return bars.length <= MAX_WAITS ? rows : [...rows, { kind: 'title', id: `more of ${of}`, text }];
  };
  const stray = layout.strayWaits;
  return [
    ...layout.bars.flatMap((bar): readonly Item[] => [
      { kind: 'bar', id: barId(bar), bar },
      ...waits(bar.listed, bar.node.depth + 1, barId(bar)),
    ]),
    ...(stray.length === 0 ? [] : [{ kind: 'title', id: 'stray', text: 'outside of every stored request' } as const]),
    ...waits(stray, 1, 'stray'),
  ];
}

function longestOf(waits: readonly WaitBar[]): readonly WaitBar[] {
  const bound = waits.map(({ wait }) => wait.waitMs).sort((a, b) => b - a)[MAX_WAITS - 1] ?? 0;
  return waits.filter(({ wait }) => wait.waitMs >= bound).slice(0, MAX_WAITS);
}

const MAX_OPEN = 20;

/** Which rows are open, as the address says it. */
export const openIds = (text: string | undefined): readonly string[] => (text === undefined ? [] : text.split('.'));

export function toggled(open: readonly string[], id: string): string | undefined {
  const next = open.includes(id) ? open.filter((one) => one !== id) : [...open, id].slice(-MAX_OPEN);
  return next.length === 0 ? undefined : next.join('.');
}

/** The row of the request that held the lock, if this trace has it. */
export function holderRow(items: readonly Item[], { wait }: WaitBar, traceId: string): string | undefined {
  if (wait.holderTraceId !== traceId) return undefined;
  const held = items.find(
    (item) =>
      item.kind === 'bar' &&
      item.bar.node.kind === 'request' &&
      item.bar.node.request.goroutine === wait.holderGoroutine,
  );
  return held?.id;
}

/** Whose lock it was: the service of the goroutine that waited, else of the trace's first request. */
export function serviceOf(items: readonly Item[], { wait }: WaitBar): string | undefined {
  const requests = items.flatMap((item) =>
    item.kind === 'bar' && item.bar.node.kind === 'request' ? [item.bar.node] : [],
  );
  const own = requests.find(({ request }) => request.goroutine === wait.waiterGoroutine);
  return (own ?? requests[0])?.service;
}
