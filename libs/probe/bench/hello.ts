/**
 * Question: how much slower is a saturated net/http server that does nothing else, with the default probes attached all the
 * time? An agent does not do that to it: what it costs with its overhead budget is apps/ingest/bench/overhead.
 * Fair: server and load generator have one CPU each; windows with and without probes alternate, ratios are taken within a
 * pair and the median is quoted; the CPU time of a request stands beside the rate, as it does not count other processes.
 * Run: node --conditions=source libs/probe/bench/hello.ts [--pairs 9] [--seconds 1] [--parts]
 * (root, wrk and a Go toolchain; --parts measures each hook for itself too). The last line of stdout is one JSON object.
 */
import { readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { readGoBinary } from '@mapscope/golang';
import type { FamilyName } from '../src/families/families.ts';
import { resolveManifest } from '../src/manifest.ts';
import type { Manifest, ManifestHook } from '../src/manifest.ts';
import { buildTarget, findToolchains, runTarget } from '../src/test-target.ts';
import { load, loadProbed, pinToFirstCpu } from './load.ts';
import type { Bench, Window } from './load.ts';

/** As in apps/ingest: what an agent attaches unless it is told otherwise. */
const DEFAULT_FAMILIES: readonly FamilyName[] = ['lock', 'http', 'trace', 'client', 'fatal', 'gc'];

/** What a keep-alive request without a body passes; the others are hit seldom or never. */
const EVERY_REQUEST = [
  'net/http.serverHandler.ServeHTTP',
  'net/http.(*response).finishRequest',
  'runtime.gostartcallfn',
  'runtime.readyWithTime',
  'runtime.releaseSudog',
];

interface Part {
  readonly name: string;
  readonly hooks: readonly ManifestHook[];
  readonly gateOpen: boolean;
}

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '9' },
    seconds: { type: 'string', default: '1' },
    parts: { type: 'boolean', default: false },
  },
});
const toolchain = findToolchains().at(-1);
if (toolchain === undefined) throw new Error('no Go toolchain: install golang-go or set MAPSCOPE_GO_ROOTS');
const executable = buildTarget('hello', toolchain, []);
await using target = await runTarget(executable, { GOMAXPROCS: '1' });
await pinToFirstCpu(target.pid);
const bench: Bench = {
  target,
  executable,
  binary: readGoBinary(readFileSync(executable)),
  seconds: Number(values.seconds),
};
const manifest = resolveManifest(bench.binary, DEFAULT_FAMILIES);
await load(bench);
const metrics = [];
for (const part of partsOf(manifest, values.parts)) metrics.push(...(await measure(part)));
rmSync(executable, { force: true });
const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  kernel: release(),
  node: process.version,
  go: toolchain.version,
  loadAverage: loadavg()[0],
};
process.stdout.write(
  `${JSON.stringify({ name: 'probe-hello', machine, ok: metrics.every(({ ok }) => ok), metrics, cases: [] })}\n`,
);

function partsOf(all: Manifest, each: boolean): readonly Part[] {
  const { hooks } = all;
  const whole = [
    { name: 'default', hooks, gateOpen: true },
    { name: 'default_gate_closed', hooks, gateOpen: false },
  ];
  const families = all.families.map((family) => ({
    name: family,
    hooks: hooks.filter((hook) => hook.family === family),
    gateOpen: true,
  }));
  const single = hooks
    .filter(({ function: name }) => EVERY_REQUEST.includes(name))
    .map((hook) => ({ name: `${hook.family}_${hook.hook}`, hooks: [hook], gateOpen: true }));
  return each ? [...whole, ...families, ...single] : whole;
}

async function measure({ name, hooks, gateOpen }: Part) {
  const pairs: (readonly [off: Window, on: Window])[] = [];
  for (let turn = 0; turn < Number(values.pairs); turn++) {
    const first = turn % 2 === 0 ? await load(bench) : undefined;
    const on = await loadProbed(bench, { manifest, hooks, gateOpen });
    pairs.push([first ?? (await load(bench)), on]);
  }
  const rate = pairs.map(([off, on]) => off.requestsPerSecond / on.requestsPerSecond);
  const cpu = pairs.map(([off, on]) => on.cpuNanosPerRequest / off.cpuNanosPerRequest);
  const added = pairs.map(([off, on]) => on.cpuNanosPerRequest - off.cpuNanosPerRequest);
  const base = median(pairs.map(([off]) => off.cpuNanosPerRequest));
  const what = hooks.length === 1 ? (hooks[0]?.function ?? '') : `${hooks.length} hooks`;
  const line = `${name} (${what}): requests/s ÷ ${median(rate).toFixed(3)}, CPU × ${median(cpu).toFixed(3)} (${base.toFixed(0)} + ${median(added).toFixed(0)} ns a request)`;
  process.stdout.write(`${line}\n`);
  return [metric(`hello_${name}_requests_ratio`, rate), metric(`hello_${name}_cpu_ratio`, cpu)];
}

function metric(name: string, runs: readonly number[]) {
  const value = median(runs);
  return { name, value, unit: 'ratio', better: 'lower', ok: Number.isFinite(value), runs };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
