/** The events a child process has told so far, and waiting for one of them. */
import { MapscopeError, ERROR_CODES, type ErrorCode } from '@mapscope/events';

export interface ProcessEvent {
  readonly event: string;
  readonly [field: string]: unknown;
}

/** A talkative child must not fill the memory of its starter: later events are dropped, the log file has them. */
const MAX_EVENTS = 10_000;

export class EventLog {
  readonly #events: ProcessEvent[] = [];
  readonly #listeners = new Set<() => void>();
  #ended: (() => MapscopeError) | undefined;

  get all(): readonly ProcessEvent[] {
    return this.#events;
  }

  get ended(): boolean {
    return this.#ended !== undefined;
  }

  push(event: ProcessEvent): void {
    if (this.#events.length < MAX_EVENTS) this.#events.push(event);
    for (const listener of this.#listeners) listener();
  }

  /** No event will come any more; `why` is what those who still wait are told. */
  end(why: () => MapscopeError): void {
    this.#ended = why;
    for (const listener of this.#listeners) listener();
  }

  /** The first event of that name, also one that came before the call. */
  wait(name: string, timeoutMillis: number, who: string): Promise<ProcessEvent> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        this.#listeners.delete(look);
        act();
      };
      const look = (): void => {
        const found = this.#events.find((event) => event.event === name);
        const ended = this.#ended;
        if (found !== undefined) settle(() => resolve(found));
        else if (ended !== undefined) settle(() => reject(ended()));
      };
      const late = new MapscopeError('SETUP_FAILED', `waited ${timeoutMillis / 1000} s for "${name}" from ${who}`);
      const timer = setTimeout(() => settle(() => reject(late)), timeoutMillis);
      this.#listeners.add(look);
      look();
    });
  }

  /** The error that the child itself reported last, if it did. */
  ownError(): MapscopeError | undefined {
    const said = this.#events.findLast((event) => event.event === 'error');
    if (said === undefined || typeof said['message'] !== 'string') return undefined;
    const known = typeof said['code'] === 'string' && said['code'] in ERROR_CODES;
    // Looked up in ERROR_CODES in the line above.
    return new MapscopeError(known ? (said['code'] as ErrorCode) : 'SETUP_FAILED', said['message']);
  }
}

/** `{"event": "…", …}` on a line of its own; anything else is only log text. */
export function parseEvent(line: string): ProcessEvent | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    const isEvent = typeof value === 'object' && value !== null && 'event' in value && typeof value.event === 'string';
    // The shape was checked in the line above.
    return isEvent ? (value as ProcessEvent) : undefined;
  } catch {
    return undefined;
  }
}
