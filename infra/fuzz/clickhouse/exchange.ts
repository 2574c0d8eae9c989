/** One socket, one request, and what came back, judged. */
import { connect } from 'node:net';
import type { FuzzRequest } from './requests.ts';

export type Verdict =
  | { readonly kind: 'answer'; readonly status: number }
  | { readonly kind: 'closed' }
  /** neither an answer nor an end in time */
  | { readonly kind: 'silent' }
  | { readonly kind: 'untyped'; readonly status: number; readonly text: string };

const PATIENCE_MILLIS = 20_000;
/** More than that is read and thrown away: the head and the first words are judged. */
const KEPT_BYTES = 64 * 1024;

export function exchange(port: number, request: FuzzRequest): Promise<Verdict> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let kept = 0;
    let isSilent = false;
    const socket = connect(port, '127.0.0.1');
    const timer = setTimeout(() => {
      isSilent = true;
      socket.destroy();
    }, PATIENCE_MILLIS);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      if (kept < KEPT_BYTES) chunks.push(chunk);
      kept += chunk.length;
    });
    socket.on('connect', () => send(socket, request));
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(isSilent ? { kind: 'silent' } : judge(Buffer.concat(chunks).toString('latin1')));
    });
  });
}

function send(socket: ReturnType<typeof connect>, { bytes, end }: FuzzRequest): void {
  switch (end) {
    case 'read':
      return void socket.write(bytes);
    case 'cut':
      return void socket.end(bytes);
    case 'reset':
      return void socket.write(bytes, () => setTimeout(() => socket.resetAndDestroy(), 2));
  }
}

/** A failure is typed when it has ClickHouse's code, or is HTTP's own and says so in its status. */
function judge(text: string): Verdict {
  if (text === '') return { kind: 'closed' };
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1] ?? 0);
  // LOGICAL_ERROR: the engine's word for its own mistakes, and the role's for its.
  const isTyped = /\r\nX-ClickHouse-Exception-Code: (?!49\r)\d+\r\n/i.test(text);
  const isOfHttp = [100, 400, 404, 405, 408, 413, 417, 431, 505].includes(status) && !text.includes('at file:');
  if ((status >= 200 && status < 300) || isTyped || isOfHttp) return { kind: 'answer', status };
  return { kind: 'untyped', status, text: text.slice(0, 600) };
}
