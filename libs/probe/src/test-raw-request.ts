/** For integration tests: requests byte by byte, as no client library would send them. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningTarget } from './test-target.ts';

export interface RawRequest {
  readonly method?: string;
  /** what stands behind the method: a path, or a whole URL */
  readonly target: string;
  readonly headers?: readonly string[];
  readonly body?: string;
  /** sends the head's last CR LF later, in a segment of its own */
  readonly endsLate?: boolean;
}

/** One connection, one request, read to its end; the status line, or '' where the server only hung up. */
export async function sendRaw(target: RunningTarget, request: RawRequest): Promise<string> {
  const { hostname, port } = new URL(target.url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  const closed = once(socket, 'close');
  let answer = '';
  socket.on('data', (bytes: Buffer) => (answer += bytes.toString('latin1')));
  socket.on('error', () => undefined);
  const head = headOf(request);
  socket.write(request.endsLate === true ? head.slice(0, -2) : head + (request.body ?? ''));
  if (request.endsLate === true) {
    await sleep(30);
    socket.write('\r\n');
  }
  await closed;
  return answer.split('\r\n')[0] ?? '';
}

function headOf({ method = 'GET', target, headers = [], body }: RawRequest): string {
  const length = body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  const host = headers.some((line) => /^host:/i.test(line)) ? [] : ['Host: shop.test'];
  const lines = [`${method} ${target} HTTP/1.1`, ...host, 'Connection: close', ...length, ...headers];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Parts of what goes over one connection; each is sent when the server has answered the one before. To its end. */
export async function sendBytes(target: RunningTarget, parts: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(target.url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  const closed = once(socket, 'close');
  let answer = '';
  socket.on('data', (bytes: Buffer) => (answer += bytes.toString('latin1')));
  socket.on('error', () => undefined);
  for (const part of parts) {
    const answered = Promise.race([once(socket, 'data'), closed]);
    socket.write(part);
    await answered;
  }
  await closed;
  return answer;
}
