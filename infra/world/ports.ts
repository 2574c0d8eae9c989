/** Free and taken TCP ports on loopback. */
import { createServer, type Server } from 'node:net';
import { MapscopeError } from '@mapscope/events';

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(server));
  });
}

const closed = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

/** A port nobody listens on now. Somebody else may take it before it is used: callers report PORT_TAKEN then. */
export async function freePort(): Promise<number> {
  const server = await listen(0);
  const address = server.address();
  await closed(server);
  if (address === null || typeof address === 'string') throw new MapscopeError('INTERNAL', 'the kernel gave no port');
  return address.port;
}

/** 0 means: choose one. Anything else must be free. */
export async function claimPort(wanted: number, what: string, flag: string): Promise<number> {
  if (wanted === 0) return freePort();
  try {
    await closed(await listen(wanted));
    return wanted;
  } catch (cause) {
    throw new MapscopeError(
      'PORT_TAKEN',
      `port ${wanted} for ${what} is taken by another process: stop it (ss -ltnp 'sport = :${wanted}' names it), or give another with ${flag} PORT (0 chooses a free one)`,
      { facts: { port: wanted }, cause },
    );
  }
}
