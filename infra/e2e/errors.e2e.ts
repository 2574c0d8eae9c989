/** Errors that mend: what goes wrong is said with its code, its value and what to do, and nothing stays running. */
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { npmStart, temporaryFolder } from './start.ts';

async function takenPort(): Promise<number> {
  const server = createServer();
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

test('a taken port is named, with the flag that chooses another', async () => {
  const port = await takenPort();
  const { status, stderr } = await npmStart(['--once', '--data-dir', temporaryFolder(), '--kafka-port', String(port)]);
  expect(status, stderr).toBe(2);
  expect(stderr).toContain(`PORT_TAKEN: port ${port} for the Kafka broker is taken`);
  expect(stderr).toContain('--kafka-port PORT');
});

test('wrong brokers are named, with what to give', async () => {
  const { status, stderr } = await npmStart(['--once', '--data-dir', temporaryFolder()], {
    KAFKA_BROKERS: '127.0.0.1:1',
  });
  expect(status, stderr).toBe(2);
  expect(stderr).toContain('KAFKA_UNREACHABLE');
  expect(stderr).toContain('127.0.0.1:1');
  expect(stderr).toContain('KAFKA_BROKERS');
});

test('a ClickHouse that is down at start is named, with what to give', async () => {
  const env = { CLICKHOUSE_URL: 'http://127.0.0.1:1' };
  const { status, stderr } = await npmStart(['--once', '--data-dir', temporaryFolder()], env);
  expect(status, stderr).toBe(2);
  expect(stderr).toContain('CLICKHOUSE_UNREACHABLE');
  expect(stderr).toContain('CLICKHOUSE_URL');
});

test('a target that is not Go is refused as such', async () => {
  const args = ['--once', '--data-dir', temporaryFolder(), '--exe', '/bin/sleep', '--exe-args', '60'];
  const { status, stderr } = await npmStart(args);
  expect(status, stderr).toBe(2);
  expect(stderr).toContain('TARGET_NOT_GO');
});

test('an executable that nobody runs is refused with how to start it', async () => {
  const { status, stderr } = await npmStart(['--once', '--data-dir', temporaryFolder(), '--exe', '/usr/bin/true']);
  expect(status, stderr).toBe(2);
  expect(stderr).toContain('TARGET_NOT_FOUND');
  expect(stderr).toContain('--exe-args');
});

test('all wrong settings are listed at once, with the nearest known name', async () => {
  const { status, stderr } = await npmStart(['--fautl', 'lock', '--rate', 'many']);
  expect(status, stderr).toBe(2);
  expect(stderr).toContain('CONFIG_INVALID');
  expect(stderr).toContain('--fault');
  expect(stderr).toContain('many');
});

test('anyone but root is told to use sudo', async () => {
  const { status, stderr } = await npmStart(['--once'], {}, { uid: 65534 });
  expect(status, stderr).toBe(2);
  expect(stderr).toContain('NOT_ROOT');
  expect(stderr).toContain('sudo npm start');
});
