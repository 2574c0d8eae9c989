import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '@mapscope/events';
import { expect, onTestFinished, test } from 'vitest';
import { ALERT_OPTIONS, readSinks } from './options.ts';

const sinksOf = (...argv: string[]) =>
  readSinks(readConfig(ALERT_OPTIONS, { argv, env: {}, ignore: [] }), () => 0).map(({ name }) => name);

test('without settings nobody is told; each setting makes its sink', () => {
  expect(sinksOf()).toEqual([]);
  const local = 'http://127.0.0.1:1';
  const all = ['--alert-alertmanager', local, '--alert-webhook', local, '--alert-slack', local];
  expect(sinksOf(...all)).toEqual(['alertmanager', 'webhook', 'slack']);
});

test('another host has to be named', () => {
  const slack = ['--alert-slack', 'https://hooks.example.com/services/x'];
  expect(() => sinksOf(...slack)).toThrow(/hooks\.example\.com: allow it with --alert-hosts/);
  expect(sinksOf(...slack, '--alert-hosts', 'hooks.example.com')).toEqual(['slack']);
});

test('a secret that is not there, or empty, is told with its file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mapscope-secret-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'secret');
  const args = ['--alert-webhook', 'http://localhost:1', '--alert-webhook-secret-file', file];
  expect(() => sinksOf(...args)).toThrow(/cannot be read from/);
  writeFileSync(file, '\n');
  expect(() => sinksOf(...args)).toThrow(/is empty/);
  writeFileSync(file, 's3cret\n');
  expect(sinksOf(...args)).toEqual(['webhook']);
});
