/** A proxy between browser and API that hears what tails send, and can cut every connection in the middle. */
import { once } from 'node:events';
import { createServer, request as ask, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** One connection of a tail, as it went through. */
export interface PassedTail {
  readonly lastEventId: string;
  readonly text: string;
}

export interface Proxy {
  readonly url: string;
  /** where it leads */
  readonly to: (port: number) => void;
  readonly tails: () => readonly PassedTail[];
  /** breaks what is open, and refuses new connections until it is mended */
  readonly cut: () => void;
  readonly mend: () => void;
  readonly close: () => void;
}

export async function openProxy(): Promise<Proxy> {
  const tails: Heard[] = [];
  const open = new Set<ServerResponse>();
  let [isCut, port] = [false, 0];
  const server = createServer((request, response) => {
    if (isCut) return void request.socket.destroy();
    open.add(response);
    response.on('close', () => open.delete(response));
    pass(request, response, { port, tails });
  });
  const cut = (): void => {
    isCut = true;
    for (const response of open) response.socket?.destroy();
  };
  return {
    url: await listen(server),
    to: (toPort) => void (port = toPort),
    tails: () => tails,
    cut,
    mend: () => void (isCut = false),
    close: () => {
      cut();
      server.close();
    },
  };
}

interface Heard {
  readonly lastEventId: string;
  text: string;
}

interface Way {
  readonly port: number;
  readonly tails: Heard[];
}

function pass(request: IncomingMessage, response: ServerResponse, { port, tails }: Way): void {
  const { method, url: path = '/', headers } = request;
  const onward = ask({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    if (path.startsWith('/api/v1/events/tail') && answer.statusCode === 200) {
      tails.push(hear(answer, String(headers['last-event-id'] ?? '')));
    }
    answer.on('error', () => response.destroy());
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}

function hear(answer: IncomingMessage, lastEventId: string): Heard {
  const heard = { lastEventId, text: '' };
  const decoder = new TextDecoder();
  answer.on('data', (bytes: Buffer) => (heard.text += decoder.decode(bytes, { stream: true })));
  return heard;
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the proxy has no port');
  return `http://127.0.0.1:${address.port}`;
}
