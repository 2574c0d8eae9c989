/**
 * What the flight recorder of the planted shop held: of stock the last twelve milliseconds before its crash, of bazaar those
 * around one slow request. 24 goroutines take turns on four threads:
 *
 *   goroutine g   running ──► waiting (mutex, channel, network) ──► runnable ──► running …
 *                                                  made so by whoever runs on that thread then
 */
import {
  BINDINGS,
  GOROUTINE_DUMPS,
  GOROUTINE_EVENT_KINDS,
  GOROUTINE_STATES,
  PROBE_EVENT_KINDS,
} from '@mapscope/events';
import { PLATFORMS, SITES, ts, type Shop } from './browser-shop-words.ts';

export const GOROUTINES = 24;
const TURNS = 10;
const THREADS = 4;
const WINDOW_MILLIS = 12;
/** The engine takes so many of them in one body. */
const CHUNK = 250;
const { running, waiting, runnable } = GOROUTINE_STATES;
const REASONS = ['sync.Mutex.Lock', 'chan receive', 'IO wait', 'select', 'sync.RWMutex.RLock', 'sleep'];
const CRASHED_GOROUTINE = 1007;
const OTHER_GOROUTINE = 1003;

interface Dump {
  readonly service: string;
  readonly pid: number;
  readonly at: number;
  readonly reason: keyof typeof GOROUTINE_DUMPS;
  readonly stretchMillis: number;
}

const insert = (rows: readonly string[]): string => `INSERT INTO mapscope.goroutine_events
  (ts, service, platform, dump_ts, dump_reason, complete_from, event, pid, tid, goid, old_state, new_state, wait_reason, stack, function, file, line, trace_id, span_id, binding, crashed, note)
VALUES ${rows.join(', ')}`;

export const dumpRows = (shop: Shop): readonly string[] => {
  const stock = {
    service: shop.crashed,
    pid: 4712,
    at: shop.crashedAt,
    reason: 'fatal',
    stretchMillis: WINDOW_MILLIS,
  } as const;
  const bazaar = {
    service: shop.service,
    pid: 4711,
    at: shop.end - 1000,
    reason: 'request',
    stretchMillis: 8000,
  } as const;
  const rows = [...turnsOf(stock), crashOf(stock), ...turnsOf(bazaar)];
  return Array.from({ length: Math.ceil(rows.length / CHUNK) }, (_, i) =>
    insert(rows.slice(i * CHUNK, (i + 1) * CHUNK)),
  );
};

function turnsOf(dump: Dump): readonly string[] {
  const turn = dump.stretchMillis / TURNS;
  return Array.from({ length: GOROUTINES * TURNS }, (_, i) => {
    const [goroutine, number] = [i % GOROUTINES, Math.floor(i / GOROUTINES)];
    const begin = dump.at - dump.stretchMillis + number * turn + (goroutine * turn) / (GOROUTINES * 2);
    return [
      row(dump, { goroutine, at: begin, tid: goroutine % THREADS, state: running }),
      row(dump, {
        goroutine,
        at: begin + turn * 0.11,
        tid: goroutine % THREADS,
        state: waiting,
        reason: (goroutine + number) % 6,
      }),
      row(dump, { goroutine, at: begin + turn * 0.49, tid: (goroutine + 1) % THREADS, state: runnable }),
    ];
  }).flat();
}

interface Change {
  readonly goroutine: number;
  readonly at: number;
  readonly tid: number;
  readonly state: number;
  readonly reason?: number;
}

function row({ service, pid, at: dumped, reason, stretchMillis }: Dump, change: Change): string {
  const { goroutine, at, tid, state } = change;
  const isWaiting = state === waiting;
  const site = service === 'stock' ? SITES.put : SITES.get;
  const place = isWaiting ? `'${site.function}', '${site.file}', ${site.line + (goroutine % 3)}` : "'', '', 0";
  return `(${ts(String(at))}, '${service}', '${PLATFORMS[0]}', ${ts(String(dumped))}, ${GOROUTINE_DUMPS[reason]}, ${ts(String(dumped - stretchMillis))},
    ${GOROUTINE_EVENT_KINDS.change}, ${pid}, ${40 + tid}, ${1000 + goroutine}, 0, ${state}, '${isWaiting ? REASONS[change.reason ?? 0] : ''}', 0, ${place},
    unhex('${'0'.repeat(32)}'), unhex('${'0'.repeat(16)}'), ${BINDINGS.none}, 0, '')`;
}

function crashOf({ service, pid, at }: Dump): string {
  const { function: name, file, line } = SITES.put;
  return `(${ts(String(at - 0.05))}, '${service}', '${PLATFORMS[0]}', ${ts(String(at))}, ${GOROUTINE_DUMPS.fatal}, ${ts(String(at - WINDOW_MILLIS))},
    ${GOROUTINE_EVENT_KINDS.crash}, ${pid}, 41, ${CRASHED_GOROUTINE}, ${running}, ${running}, '', 31, '${name}', '${file}', ${line},
    unhex('${'0'.repeat(32)}'), unhex('${'0'.repeat(16)}'), ${BINDINGS.none}, 1, 'both stacks are known: goroutine ${OTHER_GOROUTINE} was writing too')`;
}

export const crashRows = ({ crashed, crashedAt }: Shop): readonly string[] => {
  const { put } = SITES;
  const frames = ['runtime.throw', 'runtime.mapassign_faststr', put.function, 'shop.example/stock.(*Shelf).serve'];
  return [
    `INSERT INTO mapscope.probe_events (ts, service, platform, kind, message, trace_id, span_id, binding, pid, goid, stack) VALUES
  (${ts(String(crashedAt - 1))}, '${crashed}', '${PLATFORMS[0]}', ${PROBE_EVENT_KINDS.fatal}, 'concurrent map writes', unhex('${'0'.repeat(31)}3'),
   unhex('${'0'.repeat(16)}'), ${BINDINGS.exact}, 4712, ${CRASHED_GOROUTINE}, 31)`,
    `INSERT INTO mapscope.stacks (ts, service, build_id, stack, functions, files, lines) VALUES
  (${ts(String(crashedAt))}, '${crashed}', 'build-1', 31, [${frames.map((frame) => `'${frame}'`).join(',')}],
   ['/go/src/runtime/panic.go', '/go/src/runtime/map_faststr.go', '${put.file}', '${put.file}'], [1101, 203, ${put.line}, 14])`,
  ];
};
