import { MapscopeError } from '@mapscope/events';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Resolves to the address to open in a browser. */
export async function listen(app: NestFastifyApplication, host: string, port: number): Promise<string> {
  try {
    await app.listen(port, host);
  } catch (error) {
    throw listenFailure(error, host, port);
  }
  const url = new URL(await app.getUrl());
  // Nobody can open 0.0.0.0.
  if (host === '0.0.0.0' || host === '::') url.hostname = '127.0.0.1';
  return url.origin;
}

function listenFailure(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const facts = { host, port };
  switch (code) {
    case 'EADDRINUSE': {
      const text = `port ${port} of ${host} is taken: give another with --port or MAPSCOPE_API_PORT, or see who has it with "ss -ltnp 'sport = :${port}'"`;
      return new MapscopeError('PORT_TAKEN', text, { facts, cause: error });
    }
    case 'EACCES': {
      const text = `port ${port} is for root only: give one above 1023 with --port or MAPSCOPE_API_PORT`;
      return new MapscopeError('PORT_TAKEN', text, { facts, cause: error });
    }
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND': {
      const text = `this machine has no address ${host}: give --host 127.0.0.1, or 0.0.0.0 for all`;
      return new MapscopeError('CONFIG_INVALID', text, { facts, cause: error });
    }
    default:
      return error;
  }
}
