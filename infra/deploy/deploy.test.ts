import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { API_OPTIONS, readApiConfig } from '../../apps/api/src/start/options.ts';
import { ROLES } from '../../apps/ingest/src/roles.ts';
import { readEnvironment, readUnits } from './units.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const API = 'apps/api/dist/main.js';
const UNITS = readUnits();
const ENVIRONMENT = readEnvironment();
const roleOf = (name: string | undefined) => Object.entries(ROLES).find(([role]) => role === name)?.[1];

test('there is a unit for each part that runs for ever', () => {
  const names = UNITS.map(({ file }) => file);
  const parts = ['agent', 'api', 'clickhouse', 'otlp', 'writer'];
  expect(names).toEqual(parts.map((part) => `mapscope-${part}.service`));
});

test.each(UNITS)('$file: its program takes every flag and value that it is given', ({ program, argv }) => {
  const env = Object.fromEntries(Object.entries(ENVIRONMENT).filter(([, value]) => value !== ''));
  if (program === API) return void readApiConfig(argv, env);
  expect(program).toBe('apps/ingest/dist/main.js');
  const role = roleOf(argv[0]);
  expect(role, argv[0]).toBeDefined();
  // A file of credentials is read right away, and is not here.
  const { KAFKA_PROPERTIES_FILE: _, ...others } = env;
  role?.configure({ argv: argv.slice(1), env: others });
});

test('a flag that the program does not have would be found', () => {
  expect(() => roleOf('agent')?.configure({ argv: ['--policys'], env: {} })).toThrow('--policys');
  expect(() => readApiConfig(['--ui-dirr', 'x'], {})).toThrow('--ui-dirr');
});

test('every name of the environment file is one that a program of a unit reads', () => {
  const tables = [...Object.values(ROLES).map(({ options }) => options), API_OPTIONS];
  const known = new Set(tables.flatMap((options) => Object.values(options).flatMap(({ env }) => env ?? [])));
  for (const name of Object.keys(ENVIRONMENT)) expect(known).toContain(name);
});

test('only the agent has capabilities, none has more than it needs, and none can gain any', () => {
  for (const { file, text, capabilities } of UNITS) {
    expect(capabilities, file).toEqual(
      file === 'mapscope-agent.service' ? ['CAP_BPF', 'CAP_PERFMON', 'CAP_SYS_PTRACE'] : [],
    );
    expect(text).toContain('\nCapabilityBoundingSet=');
    expect(text).toContain('\nNoNewPrivileges=yes\n');
  }
});

const verifies = spawnSync('systemd-analyze', ['--version']).status === 0;
test.skipIf(!verifies)(`systemd finds nothing in the units (skipped without systemd-analyze)`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'mapscope-units-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const files = UNITS.map(({ file, text }) => {
    const path = join(folder, file);
    writeFileSync(path, text.replaceAll('/opt/mapscope/', ROOT));
    return path;
  });
  execFileSync('systemd-analyze', ['verify', '--man=no', ...files], { stdio: 'pipe' });
  writeFileSync(files[0] ?? '', 'nonsense\n[Service]\nExecStart=/nowhere/at/all\n');
  expect(() => execFileSync('systemd-analyze', ['verify', '--man=no', files[0] ?? ''], { stdio: 'pipe' })).toThrow();
});
