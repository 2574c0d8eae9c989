/** Reads server-sent events as a browser does: fields up to an empty line; an id without data is remembered. */
export interface ReadEvent {
  readonly event: string;
  readonly id: string;
  readonly data: string;
}

export async function* readEvents(response: Response): AsyncGenerator<ReadEvent> {
  let rest = '';
  let id = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    rest += decoder.decode(chunk, { stream: true });
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(
        block.split('\n').map((line) => [line.split(': ', 1)[0] ?? '', line.replace(/^[^:]*: /, '')]),
      );
      id = fields.get('id') ?? id;
      yield { event: fields.get('event') ?? '', id, data: fields.get('data') ?? '' };
    }
  }
}
