/** OTLP over HTTP on a port. */
import { createServer } from 'node:http';
import { makeHandler, type HandlerNeeds } from './handler.ts';
import { listen, urlOf } from './listen.ts';

export interface Served {
  readonly url: string;
  /** No new requests; those in work get their answer, at most for `graceMillis`. */
  readonly close: (idle: Promise<void>, graceMillis: number) => Promise<void>;
}

const MAX_CONNECTIONS = 1_024;

export async function serveHttp(host: string, port: number, needs: HandlerNeeds): Promise<Served> {
  const timeouts = { requestTimeout: 60_000, headersTimeout: 10_000, maxHeaderSize: 16 * 1024 };
  const server = createServer(timeouts, makeHandler(needs));
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, { host, port, flag: 'port' });
  return {
    url: urlOf(host, server),
    close: async (idle, graceMillis) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, graceMillis);
      await Promise.race([Promise.all([closed, idle]), late]);
      clearTimeout(timer);
      server.closeAllConnections();
    },
  };
}
