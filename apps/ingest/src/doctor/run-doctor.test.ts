import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readConfig } from '@mapscope/events';
import { DOCTOR_OPTIONS } from './options.ts';
import { runDoctor } from './run-doctor.ts';

const folder = mkdtempSync(join(tmpdir(), 'mapscope-doctor-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const loop = join(folder, 'loop');
symlinkSync(loop, loop);
const text = join(folder, 'text');
writeFileSync(text, 'hello');

async function ask(argv: readonly string[]): Promise<{ readonly status: number; readonly lines: readonly string[] }> {
  const lines: string[] = [];
  const status = await runDoctor(readConfig(DOCTOR_OPTIONS, { argv, env: {} }), (line) => void lines.push(line));
  return { status, lines };
}

describe('a program that cannot be read: one line that says how to mend it, and status 1', () => {
  test.each([
    ['not there', ['--exe', join(folder, 'none')], /is not there.*: give the path/],
    ['a symlink loop', ['--exe', loop], /in a circle: give/],
    ['no ELF', ['--exe', text], /not an ELF file.*: give/],
    ['not Go', ['--exe', '/bin/sh'], /not a Go program: give/],
    ['a folder', ['--exe', folder], /is a directory: give/],
    ['a pid that is gone', ['--pid', '4194000'], /has ended.*: give the pid/],
    ['a process that is not Go', ['--pid', String(process.pid)], /not a Go program: give/],
  ])('%s', async (_name, argv, message) => {
    const { status, lines } = await ask(argv);
    expect({ status, lines }).toEqual({ status: 1, lines: [expect.stringMatching(/^not ok {2}program {2}/)] });
    expect(lines[0]).toMatch(message);
    const json = await ask([...argv, '--json']);
    const told = JSON.parse(json.lines.join('')) as { ok: boolean; checks: { says: string }[] };
    expect([json.status, told.ok, told.checks[0]?.says]).toEqual([1, false, expect.stringMatching(message)]);
  });
});

test('--exe and --pid together are refused', async () => {
  await expect(ask(['--exe', text, '--pid', '1'])).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});
