/** Where an Alertmanager posts to; for tests. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface Delivered {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What Alertmanager posts (webhook version 4). */
export async function webhook(): Promise<{ readonly url: string; readonly delivered: readonly Delivered[] }> {
  const delivered: Delivered[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    delivered.push(...JSON.parse((await buffer(request)).toString()).alerts);
    response.end();
  };
  const server = createServer((request, response) => void take(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`, delivered };
}
