import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { checkPorts } from './check-surroundings.ts';
import { listeners, portOwners } from './port-owners.ts';

test('listening sockets are read from the kernel, others not', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0',
    '   1: 0100007F:1F91 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 20 4 30 10 -1',
    '   2: 00000000000000000000000000000000:10DE 0:0 0A 0:0 0:0 0 0 0 4713 1',
  ].join('\n');
  expect(listeners(table)).toEqual([
    { port: 8080, inode: '4711' },
    { port: 4318, inode: '4713' },
  ]);
});

test('a port that we listen on is found, with us as its owner', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  expect(portOwners().get(port)).toMatchObject({ pid: process.pid, isOurs: false });
});

test('free, ours, taken: each says so; what is configured elsewhere needs no port here', () => {
  const owners = new Map([
    [8080, { pid: 7, program: '/usr/bin/nginx', isOurs: false }],
    [4318, { pid: 8, program: 'node', isOurs: true }],
    [8123, { pid: undefined, program: 'unknown', isOurs: false }],
  ]);
  const lines = checkPorts({ kafkaBrokers: ['a:1'], clickhouseUrl: undefined }, owners).map(
    ({ name, ok, says }) => `${String(ok)} ${name}: ${says}`,
  );
  expect(lines).toEqual([
    'false port 8080: taken by process 7 (/usr/bin/nginx): stop it, or give npm start another --port for API and pages',
    'true port 4318: taken by Mapscope itself (process 8)',
    'false port 8123: taken by another process: stop it, or give npm start another --clickhouse-port for ClickHouse',
  ]);
});
