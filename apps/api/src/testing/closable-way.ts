/** A way to a server over HTTP that can be closed, as when the server is away; for tests. */
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { onTestFinished } from 'vitest';

export interface ClosableWay {
  readonly url: string;
  readonly close: () => void;
}

export async function closableWay(target: string): Promise<ClosableWay> {
  const server = createServer((asked, answer) => {
    const { method, url, headers } = asked;
    const onwards = request(new URL(url ?? '/', target), {
      method,
      headers: { ...headers, host: new URL(target).host },
    });
    onwards.on('error', () => answer.destroy());
    onwards.on('response', (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    asked.pipe(onwards);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  onTestFinished(close);
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, close };
}
