/** A TCP server that listens, or why it cannot: of HTTP and of gRPC. */
import type { AddressInfo, Server } from 'node:net';
import { MapscopeError } from '@mapscope/events';

export interface Address {
  readonly host: string;
  readonly port: number;
  /** flag that gives the port */
  readonly flag: string;
}

export async function listen(server: Server, address: Address): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', (cause: NodeJS.ErrnoException) => reject(listenProblem(address, cause)));
  server.listen(address.port, address.host, resolve);
  await promise;
}

function listenProblem({ host, port, flag }: Address, cause: NodeJS.ErrnoException): MapscopeError {
  const facts = { host, port };
  if (cause.code === 'EADDRINUSE') {
    const text = `port ${port} on ${host} is taken, perhaps by another OpenTelemetry collector: give another with --${flag}, 0 takes any free one`;
    return new MapscopeError('PORT_TAKEN', text, { facts, cause });
  }
  const text = `cannot listen on ${host}:${port} (${cause.message}): give an address of this machine with --host`;
  return new MapscopeError('CONFIG_INVALID', text, { facts, cause });
}

export function urlOf(host: string, server: Server): string {
  // A TCP server that listens has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
