/**
 * Reads server-sent events from pieces of text, however they were cut
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation). Pure.
 *
 *   id: 1.19bd…      remembered when its block ends, also without data: what a connection goes on from
 *   event: skipped
 *   data: {…}
 *                    an empty line ends the block
 */
export interface SseMessage {
  readonly event: string;
  readonly data: string;
  readonly id: string;
}

export interface SseState {
  /** not yet a whole line */
  readonly rest: string;
  readonly event: string;
  readonly data: readonly string[];
  /** of the block that is being read, or of the last one that had any */
  readonly id: string;
  /** of the last whole block: going on from here loses nothing and doubles nothing */
  readonly lastEventId: string;
  /** what the server wants between two connections */
  readonly retryMillis: number | undefined;
}

export const beginSse = (lastEventId: string): SseState => ({
  rest: '',
  event: '',
  data: [],
  id: lastEventId,
  lastEventId,
  retryMillis: undefined,
});

export interface SseRead {
  readonly state: SseState;
  readonly messages: readonly SseMessage[];
}

export function readSse(before: SseState, chunk: string): SseRead {
  // CR, LF or both end a line; a CR at the end of a piece may be half of both.
  const lines = `${before.rest}${chunk}`.split(/\r\n|\n|\r(?!$)/);
  const rest = lines.pop() ?? '';
  const messages: SseMessage[] = [];
  let state: SseState = { ...before, rest };
  for (const line of lines) {
    if (line !== '') {
      state = withField(state, line);
      continue;
    }
    if (state.data.length > 0) {
      messages.push({ event: state.event || 'message', data: state.data.join('\n'), id: state.id });
    }
    state = { ...state, event: '', data: [], lastEventId: state.id };
  }
  return { state, messages };
}

function withField(state: SseState, line: string): SseState {
  const colon = line.indexOf(':');
  const name = colon === -1 ? line : line.slice(0, colon);
  const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
  switch (name) {
    case 'event':
      return { ...state, event: value };
    case 'data':
      return { ...state, data: [...state.data, value] };
    case 'id':
      return value.includes('\0') ? state : { ...state, id: value };
    case 'retry':
      return /^\d{1,9}$/.test(value) ? { ...state, retryMillis: Number(value) } : state;
    default:
      // A comment, or a field of later versions.
      return state;
  }
}
