/**
 * A TCP proxy before the broker that can lose its answers: the broker does what it was asked, whoever asked never hears of it.
 *
 *   client ──request──► proxy ──request──► broker
 *          ◄──answer──        ◄──answer──            pass
 *          ◄── (end) ──  ✗    ◄──answer──            cut: the connection ends in place of the answer
 *                        ✗    ◄──answer──            silence: nothing comes; its client has a time-out
 *
 * Kafka's frames: i32 length, then in a request i16 api, i16 version, i32 correlation id; in an answer i32 correlation id
 * (kafka.apache.org/protocol, "Common Request and Response Structure").
 */
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';

export const API = { produce: 0, offsetCommit: 8 } as const;
type Api = (typeof API)[keyof typeof API];

export type Manner = 'pass' | 'cut' | 'silence';

export interface AnswerProxy {
  readonly port: number;
  /** answers to this kind of request are lost from now on; `pass`: none */
  readonly lose: (manner: Manner, api?: Api) => void;
  /** answers lost so far */
  readonly lost: () => number;
  readonly close: () => Promise<void>;
}

interface State {
  manner: Manner;
  api: Api;
  lost: number;
  readonly sockets: Set<Socket>;
}

export async function openProxy(targetPort: number): Promise<AnswerProxy> {
  const state: State = { manner: 'pass', api: API.produce, lost: 0, sockets: new Set() };
  const server = createServer((client) => join(state, client, connect(targetPort, '127.0.0.1')));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    // A TCP server's address is never a path.
    port: (server.address() as AddressInfo).port,
    lose: (manner, api = API.produce) => Object.assign(state, { manner, api }),
    lost: () => state.lost,
    close: async () => {
      for (const socket of state.sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function join(state: State, client: Socket, broker: Socket): void {
  /** correlation ids of requests whose answers may be lost */
  const asked = new Map<number, number>();
  const onRequest = frames((frame) => asked.set(frame.readInt32BE(8), frame.readInt16BE(4)));
  const onAnswer = frames((frame) => {
    const api = asked.get(frame.readInt32BE(4));
    asked.delete(frame.readInt32BE(4));
    if (state.manner === 'pass' || api !== state.api) return void client.write(frame);
    state.lost += 1;
    if (state.manner === 'cut') client.destroy();
  });
  client.on('data', (bytes) => {
    onRequest(bytes);
    broker.write(bytes);
  });
  broker.on('data', onAnswer);
  for (const [one, other] of [
    [client, broker],
    [broker, client],
  ] as const) {
    state.sockets.add(one);
    one.on('error', () => undefined);
    one.on('close', () => {
      state.sockets.delete(one);
      other.destroy();
    });
  }
}

/** Bytes in any portions → whole frames, their length before them. */
export function frames(onFrame: (frame: Buffer) => void): (bytes: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (bytes) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const end = 4 + rest.readInt32BE(0);
      onFrame(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
  };
}
