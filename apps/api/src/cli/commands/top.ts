import { contentionAnswer, servicesAnswer } from '@mapscope/contract';
import { MapscopeError, integerOption, positionals, textOption } from '@mapscope/events';
import { type World, command } from '../core/command.ts';
import { refuseUnknown } from '../core/known-service.ts';
import { type ContendedRow, contendedTable, mergeContended } from '../words/contended.ts';
import { spanSeconds } from '../words/moments.ts';
import { cut } from '../words/table.ts';

/** More would be more questions at once than the API takes. */
const MAX_SERVICES = 10;

interface Look {
  readonly service: string | undefined;
  readonly windowSeconds: number;
  readonly limit: number;
}

export const top = command({
  describe: 'contention as it is: which lines wait, for whom; refreshes on a terminal, one table when piped',
  usage: '[SERVICE]',
  example: 'mapscope top order --window 30s',
  options: {
    service: positionals({ name: 'service', describe: 'service.name; the ten busiest when not given', max: 1 }),
    window: textOption({ flag: 'window', describe: 'the time looked at, up to now', default: '1m' }),
    every: textOption({ flag: 'every', describe: 'on a terminal: how often to look again', default: '2s' }),
    limit: integerOption({ flag: 'limit', describe: 'lines at most', min: 1, max: 1000, default: 20 }),
  },
  run: async ({ service: [service], window, every, limit, json }, world) => {
    const look: Look = { service, windowSeconds: spanSeconds('--window', window, 1), limit };
    const everyMillis = spanSeconds('--every', every, 0.5) * 1000;
    if (!json && world.terminal() !== undefined) await live(look, everyMillis, world);
    else await once(look, json, world);
    return 0;
  },
});

async function once(look: Look, json: boolean, world: World): Promise<void> {
  const rows = await contended(look, world);
  const { windowSeconds, service } = look;
  if (rows.length === 0 && service !== undefined) await refuseUnknown(world.api, service);
  world.out(json ? JSON.stringify({ windowSeconds, items: rows }) : contendedTable(rows, windowSeconds));
}

async function contended({ service, windowSeconds, limit }: Look, { api }: World): Promise<readonly ContendedRow[]> {
  const from = `now-${Math.max(1, Math.round(windowSeconds))}s`;
  const names = service === undefined ? await busiest(from, api) : [service];
  const answers = await Promise.all(
    names.map((name) => api.get('/api/v1/contention', { service: name, from, limit }, contentionAnswer)),
  );
  return mergeContended(answers, limit);
}

async function busiest(from: string, api: World['api']): Promise<readonly string[]> {
  const { items } = await api.get('/api/v1/services', { from }, servicesAnswer);
  return items
    .toSorted((a, b) => b.requests - a.requests)
    .slice(0, MAX_SERVICES)
    .map(({ service }) => service);
}

/** ECMA-48 and xterm's control sequences: a screen of its own, so that what was there before is there again. */
const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';
const HOME = '\x1b[H';
const CLEAR_LINE = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';

async function live(look: Look, everyMillis: number, world: World): Promise<void> {
  const { stop, pause, outBytes } = world;
  const write = (text: string): void => outBytes(new TextEncoder().encode(text));
  // What is wrong with the call is told before the screen is taken.
  let shown = await screen(look, world);
  write(ENTER);
  try {
    while (!stop.aborted) {
      write(frame(shown, world.terminal() ?? { rows: 24, columns: 80 }));
      await pause(everyMillis);
      if (!stop.aborted) shown = await screen(look, world).catch(asLines);
    }
  } finally {
    write(LEAVE);
  }
}

async function screen(look: Look, world: World): Promise<readonly string[]> {
  const rows = await contended(look, world);
  const title = `${look.service ?? 'all services'}, last ${look.windowSeconds} s, ${clockOf(world.nowUnixNanos())}Z; Ctrl-C ends`;
  return [title, '', ...contendedTable(rows, look.windowSeconds).split('\n')];
}

const clockOf = (unixNanos: bigint): string => new Date(Number(unixNanos / 1_000_000n)).toISOString().slice(11, 19);

/** The API may be restarted under an open screen. */
function asLines(error: unknown): readonly string[] {
  if (error instanceof MapscopeError && error.code === 'ACCESS_REFUSED') throw error;
  return [error instanceof Error ? error.message : String(error), '', 'looking again'];
}

export function frame(
  lines: readonly string[],
  { rows, columns }: { readonly rows: number; readonly columns: number },
): string {
  const fit = lines.slice(0, Math.max(1, rows - 1)).map((line) => `${cut(line, columns)}${CLEAR_LINE}`);
  return `${HOME}${fit.join('\r\n')}${CLEAR_BELOW}`;
}
