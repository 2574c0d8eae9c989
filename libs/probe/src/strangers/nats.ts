/** A conversation with nats-server in its own protocol (docs.nats.io, "Client Protocol"), for tests: publish, receive. */
import { once } from 'node:events';
import { connect } from 'node:net';

const MESSAGES = 200;

/** All that one subscriber heard of what another connection published: the same words every time. */
export async function converseWithNats(ports: readonly number[]): Promise<string> {
  const open = (): ReturnType<typeof connect> => connect({ host: '127.0.0.1', port: ports[0] ?? 0, noDelay: true });
  const [listener, speaker] = [open(), open()];
  let heard = '';
  listener.on('data', (bytes: Buffer) => (heard += bytes.toString('latin1')));
  speaker.resume();
  const hears = async (text: string): Promise<void> => {
    const signal = AbortSignal.timeout(10_000);
    while (!heard.includes(text)) await once(listener, 'data', { signal });
  };
  listener.write('CONNECT {"verbose":false}\r\nSUB stock.* 1\r\nPING\r\n');
  await hears('PONG\r\n');
  const messages = Array.from({ length: MESSAGES }, (_, index) => `PUB stock.${index % 7} 4\r\n${1000 + index}\r\n`);
  speaker.write(`CONNECT {"verbose":false}\r\n${messages.join('')}`);
  await hears(`${999 + MESSAGES}\r\n`);
  for (const socket of [listener, speaker]) socket.destroy();
  // What comes first is of the connection: server id, client id, time.
  return heard.slice(heard.indexOf('MSG '));
}
