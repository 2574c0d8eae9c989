import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readCapture } from './capture-file.ts';
import { openCapture } from './capture-writer.ts';

const HEADER = {
  recordedAt: '2026-11-20T08:00:00.000Z',
  kernel: '6.18.1',
  goVersion: 'go1.24.4',
  buildId: 'b',
  platform: 'p',
  service: 'order',
  agent: '000102030405060708090a0b0c0d0e0f',
};

function place(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mapscope-capture-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'run.capture');
}

const counting = () => {
  let nanos = 0n;
  return { unixNanos: () => (nanos += 1n) };
};

test('what is appended, also by several at once, is read back in that order', async () => {
  const path = place();
  const problems: Error[] = [];
  const writer = await openCapture({ path, header: HEADER, clock: counting(), onProblem: (e) => problems.push(e) });
  const values = Array.from({ length: 500 }, (_, i) => new Uint8Array(1 + ((i * 37) % 3000)).fill(i));
  await Promise.all(values.map((value) => writer.append(value)));
  expect(await writer.close()).toBe(true);
  await writer.append(Uint8Array.of(1));
  expect(problems).toEqual([]);
  const { header, frames } = readCapture(readFileSync(path));
  expect(header).toEqual(HEADER);
  expect(frames).toEqual(values.map((value, i) => ({ publishedUnixNanos: BigInt(i + 1), value })));
});

test('at its bound a recording ends, says so once, and stays readable', async () => {
  const path = place();
  const problems: Error[] = [];
  const options = { path, header: HEADER, clock: counting(), onProblem: (e: Error) => problems.push(e) };
  const writer = await openCapture({ ...options, maxBytes: 1000 });
  for (let i = 0; i < 20; i++) await writer.append(new Uint8Array(100));
  expect(await writer.close()).toBe(true);
  expect(problems.map((problem) => problem.message)).toEqual([expect.stringContaining('record a shorter run')]);
  expect(readCapture(readFileSync(path)).frames.length).toBe(8);
});

test.each(['/nowhere/at/all', '/dev/full'])(
  '%s cannot be written, which is refused before anything starts',
  async (path) => {
    const options = { path, header: HEADER, clock: counting(), onProblem: () => undefined };
    await expect(openCapture(options)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('--capture') as string,
    });
  },
);
