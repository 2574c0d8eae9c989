/** Server-sent events over one reply: its place among the listeners, its end, whoever ends it. */
import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TailListeners } from './tail-listeners.ts';

/** A client that takes nothing for so long does not read; its place is given to somebody else. */
const STALL_MILLIS = 60_000;
const MEDIA_TYPE = 'text/event-stream; charset=utf-8';

export interface Asked {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly listeners: TailListeners;
}

export async function openStream(
  { request, reply, listeners }: Asked,
  begin: (signal: AbortSignal) => Promise<Readable>,
): Promise<void> {
  // No connection is left over for the api to wait for when it stops; nginx must not hold events back.
  void reply.type(MEDIA_TYPE).headers({ connection: 'close', 'x-accel-buffering': 'no' });
  if (request.method === 'HEAD') return void reply.send('');
  const { signal, leave } = listeners.enter();
  try {
    const events = await begin(signal);
    // 'close' comes once, whoever ends it; the stream alone would not say so when it was never read.
    if (reply.raw.destroyed) return leave();
    reply.raw.once('close', leave);
    reply.raw.setTimeout(STALL_MILLIS, () => reply.raw.destroy());
    void reply.send(events);
  } catch (error) {
    leave();
    throw error;
  }
}
