// In the arm64 machine: the demo service, its load and an agent that publishes to the host's broker. The host says what to do
// on a connection, a word a line, and hears the agent's events on it; when it closes, everything ends in order.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { createInterface } from 'node:readline';

const HOST = '10.0.2.2';
const [controlPort, brokerPort, rate] = process.argv.slice(2).map(Number);

// The broker advertises the host's loopback: here that address leads to the host.
net
  .createServer((from) => {
    const to = net.connect(brokerPort, HOST);
    from.pipe(to).pipe(from);
    for (const [one, other] of [
      [from, to],
      [to, from],
    ])
      one.on('error', () => other.destroy());
  })
  .listen(brokerPort, '127.0.0.1');

const start = (command, args) => spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
const linesOf = (child) => createInterface({ input: child.stdout });
async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

const order = start('/demo/order', []);
const ready = JSON.parse(String(await once(linesOf(order), 'line')));
const control = net.connect(controlPort, HOST);
await once(control, 'connect');
const tell = (text) => void control.write(`${text}\n`);
const agent = start(process.execPath, [
  '/repo/apps/ingest/dist/main.js',
  'agent',
  `--pid=${order.pid}`,
  '--service=order',
  '--data-dir=/agent',
  `--kafka-brokers=127.0.0.1:${brokerPort}`,
]);
linesOf(agent).on('line', tell);
agent.on('exit', (code) => tell(JSON.stringify({ event: 'agent-ended', code })));
const load = start('/demo/load', ['-url', `http://${ready.listen}`, '-rate', String(rate)]);
load.stdout.resume();

for await (const line of createInterface({ input: control })) {
  const [word, name, event] = line.split(' ');
  if (word === 'stop') break;
  if (word === 'fault') {
    const { status } = await fetch(`http://${ready.admin}/fault?name=${name}`, { method: 'POST' });
    tell(JSON.stringify({ event, status }));
  }
}
for (const child of [load, agent, order]) await end(child);
control.destroy();
process.exit(agent.exitCode ?? 1);
