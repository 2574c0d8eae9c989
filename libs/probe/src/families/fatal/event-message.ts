/**
 * What a probe event says. Texts of fatal errors and throws are constants of Go's runtime. A panic's value may hold
 * anything, a customer's name or a key included, so it is named by its type and stays in the agent; only what the
 * runtime itself panics with (nil dereference, send on a closed channel …) is told, and with `panicValues` all of it.
 */
import { PROBE_EVENT_KINDS } from '@mapscope/events';

export interface EventText {
  /** PROBE_EVENT_KINDS */
  readonly event: number;
  /** of a panic whose value is a string by kind; else '' */
  readonly text: string;
  /** of a panic's value; undefined where it cannot be told */
  readonly typeName: string | undefined;
}

/** runtime/error.go: both are strings by kind, and both are made in package runtime only. */
const RUNTIME_TEXTS: ReadonlySet<string> = new Set(['runtime.errorString', 'runtime.plainError']);
/** as much as the longest text the probe reads */
const MAX_LENGTH = 96;

export function eventMessage({ event, text, typeName }: EventText, panicValues: boolean): string {
  if (event !== PROBE_EVENT_KINDS.panic) return text;
  const mayPass = panicValues || (typeName !== undefined && RUNTIME_TEXTS.has(typeName));
  if (mayPass && text !== '') return text;
  return `a value of type ${typeName ?? 'unknown'}`.slice(0, MAX_LENGTH);
}
