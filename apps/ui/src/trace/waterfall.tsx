import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useMemo, useRef, type KeyboardEvent } from 'react';
import { duration } from '../format/duration.ts';
import { hrefOf } from '../router/query.ts';
import { navigate, useRoute } from '../router/use-route.ts';
import { RequestRow } from './bar-rows.tsx';
import { holderRow, itemsOf, serviceOf, openIds, toggled, type Item } from './items.ts';
import type { TraceLayout } from './layout.ts';
import { SpanRow } from './span-row.tsx';
import type { States } from './states.ts';
import { WaitRow } from './wait-row.tsx';

interface WaterfallProps {
  readonly layout: TraceLayout;
  readonly states: States;
  readonly traceId: string;
}

const ROW_PX = 32;
const OVERSCAN = 12;

/** Only the rows in sight are drawn, of ten thousand as of ten. */
export function Waterfall({ layout, states, traceId }: WaterfallProps) {
  const items = useMemo(() => itemsOf(layout), [layout]);
  const { open, toggle } = useOpenRows();
  const { list, rows, goTo } = useRows(items);
  useFirstOpen(items, open, goTo);
  const goToId = (id: string): void => goTo(items.findIndex((item) => item.id === id));
  return (
    <div className="waterfall">
      <Axis layout={layout} />
      <div
        ref={list}
        role="list"
        aria-label="Requests, spans and waits"
        style={{ height: rows.getTotalSize(), position: 'relative' }}
        onKeyDown={(event) => walk(event, items, goTo)}
      >
        {rows.getVirtualItems().map(({ index, key, start }) => (
          <div
            key={key}
            ref={rows.measureElement}
            role="listitem"
            aria-setsize={items.length}
            aria-posinset={index + 1}
            data-index={index}
            className="virtual-row"
            style={{ transform: `translateY(${start - rows.options.scrollMargin}px)` }}
          >
            <Row item={items[index]} {...{ items, open, toggle, states, traceId, goToId }} />
          </div>
        ))}
      </div>
    </div>
  );
}

function useRows(items: readonly Item[]) {
  const list = useRef<HTMLDivElement>(null);
  const rows = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
    scrollMargin: list.current?.offsetTop ?? 0,
    getItemKey: (index) => items[index]?.id ?? index,
  });
  const goTo = useCallback(
    (index: number): void => {
      rows.scrollToIndex(index, { align: 'auto' });
      // Drawn a frame after it was scrolled to.
      requestAnimationFrame(() => requestAnimationFrame(() => rowAt(list.current, index)?.focus()));
    },
    [rows],
  );
  return { list, rows, goTo };
}

/** Which rows are open is in the address. */
function useOpenRows() {
  const { query } = useRoute();
  const open = openIds(query['open']);
  const toggle = (id: string): void => navigate(hrefOf('trace', { ...query, open: toggled(open, id) }), 'replace');
  return { open, toggle };
}

/** A link to an open row leads to it. */
function useFirstOpen(items: readonly Item[], open: readonly string[], goTo: (index: number) => void): void {
  const isDone = useRef(false);
  const index = items.findIndex(({ id }) => id === open[0]);
  useEffect(() => {
    if (!isDone.current && index > 0) goTo(index);
    isDone.current = true;
  }, [index, goTo]);
}

const rowAt = (list: HTMLElement | null, index: number): HTMLElement | null =>
  list?.querySelector<HTMLElement>(`[data-index="${index}"] .row`) ?? null;

function walk(event: KeyboardEvent<HTMLElement>, items: readonly Item[], goTo: (index: number) => void): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  const row = event.target instanceof Element ? event.target.closest('[data-index]') : null;
  if (step === 0 || row === null || event.altKey || event.ctrlKey || event.metaKey) return;
  const next = Number(row.getAttribute('data-index')) + step;
  if (items[next] === undefined) return;
  event.preventDefault();
  goTo(next);
}

interface RowProps extends Omit<WaterfallProps, 'layout'> {
  readonly item: Item | undefined;
  readonly items: readonly Item[];
  readonly open: readonly string[];
  readonly toggle: (id: string) => void;
  readonly goToId: (id: string) => void;
}

function Row({ item, items, open, toggle, states, traceId, goToId }: RowProps) {
  if (item === undefined) return null;
  const opening = { isOpen: open.includes(item.id), onToggle: () => toggle(item.id) };
  switch (item.kind) {
    case 'title':
      return <div className="row row-title dim">{item.text}</div>;
    case 'wait': {
      const held = holderRow(items, item.bar, traceId);
      return (
        <WaitRow
          bar={item.bar}
          depth={item.depth}
          {...opening}
          service={serviceOf(items, item.bar)}
          onHolder={held === undefined ? undefined : () => goToId(held)}
        />
      );
    }
    case 'bar':
      return item.bar.node.kind === 'request' ? (
        <RequestRow bar={item.bar} states={states.get(item.bar.node.request.spanId)} />
      ) : (
        <SpanRow bar={item.bar} {...opening} />
      );
  }
}

function Axis({ layout: { ticks, spanMs } }: Pick<WaterfallProps, 'layout'>) {
  return (
    <div className="row row-axis" aria-hidden="true">
      <div className="row-name" />
      <div className="lane">
        {ticks.map((ms) => (
          <span key={ms} className="axis-tick" style={{ left: `${(ms / spanMs) * 100}%` }}>
            {ms === 0 ? '0' : duration(ms)}
          </span>
        ))}
      </div>
    </div>
  );
}
