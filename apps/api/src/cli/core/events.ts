/** Server-sent events out of bytes (html.spec.whatwg.org, "9.2.6 Interpreting an event stream"), as far as our API uses them. */
export interface ServerEvent {
  readonly event: string;
  /** of the last id that came; an event without one has the one before it */
  readonly id: string;
  readonly data: string;
}

/** An event is at most an incident: beyond this a peer is no API of ours. */
const MAX_CHARACTERS = 4 * 1024 * 1024;

export async function* serverEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  let id = '';
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true });
    const blocks = rest.split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? '';
    if (rest.length > MAX_CHARACTERS) return;
    for (const block of blocks) {
      const fields = readFields(block);
      id = fields.get('id') ?? id;
      yield { event: fields.get('event') ?? '', id, data: fields.get('data') ?? '' };
    }
  }
}

/** A repeated `data` is one text of several lines; a line that begins with a colon is a comment. */
function readFields(block: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of block.split(/\r?\n/)) {
    const [, name = '', value = ''] = /^([^:]+)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (name === '') continue;
    const before = name === 'data' ? fields.get(name) : undefined;
    fields.set(name, before === undefined ? value : `${before}\n${value}`);
  }
  return fields;
}
