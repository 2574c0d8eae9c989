/** Looks once a second whether the target still lives and the probes are sound; says each finding once. */
import { MapscopeError } from '@mapscope/events';
import type { ProbeHealth } from './counters.ts';
import { isAlive } from './target.ts';
import type { Target } from './target.ts';

const EVERY_MILLIS = 1000;

export interface WatchNeeds {
  readonly target: Target;
  readonly goVersion: string;
  readonly health: () => ProbeHealth;
  readonly onProblem: (error: Error) => void;
}

export function startWatch(needs: WatchNeeds): { readonly stop: () => void } {
  const said = new Set<string>();
  const say = (what: string, error: () => Error): void => {
    if (said.has(what)) return;
    said.add(what);
    needs.onProblem(error());
  };
  const look = (): void => {
    if (!isAlive(needs.target)) say('exit', () => targetExited(needs.target.pid));
    const { selftestFailed, stackFailed, mapFull, headersUnread } = needs.health();
    if (selftestFailed > 0n) say('selftest', () => wrongOffsets(needs.goVersion, selftestFailed));
    if (stackFailed > 0n) say('stacks', () => tooMany('stacks', stackFailed));
    if (mapFull > 0n) say('maps', () => tooMany('goroutines', mapFull));
    if (headersUnread > 0n) say('headers', () => tooManyHeaders(headersUnread));
  };
  const timer = setInterval(look, EVERY_MILLIS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

function targetExited(pid: number): MapscopeError {
  const message = `process ${pid} has exited: what it did until then is kept; detach, and attach to its successor`;
  return new MapscopeError('TARGET_NOT_FOUND', message, { facts: { pid } });
}

function wrongOffsets(goVersion: string, count: bigint): MapscopeError {
  const message = `${count} goroutines were not running where they must be, or began spans that cannot be any: the field offsets of ${goVersion}, or of its OpenTelemetry SDK, do not fit this binary, so goroutine or trace ids are wrong; detach and report both versions`;
  return new MapscopeError('BPF_FAILED', message, { facts: { selftestFailed: Number(count) } });
}

function tooMany(what: 'stacks' | 'goroutines', count: bigint): MapscopeError {
  const message = `${count} events found no room for their ${what} in the kernel's maps and are incomplete: attach to fewer families, or detach and attach again`;
  return new MapscopeError('BPF_FAILED', message, { facts: { count: Number(count) } });
}

function tooManyHeaders(count: bigint): MapscopeError {
  const message = `${count} requests had more headers than are searched for traceparent (about 200), and got trace ids of our own: send fewer headers if these requests matter`;
  return new MapscopeError('BPF_FAILED', message, { facts: { count: Number(count) } });
}
