import { gzipSync } from 'node:zlib';
import {
  contentionSeriesAnswer,
  latencyAnswer,
  parseRfc3339,
  traceAnswer,
  type TimeWindowJson,
  waitStacksAnswer,
} from '@mapscope/contract';
import { booleanOption, choiceOption, positionals, textOption } from '@mapscope/events';
import { command, misused, type World } from '../core/command.ts';
import { refuseUnknown } from '../core/known-service.ts';
import { lanesOf } from '../export/lanes.ts';
import { perfettoOfTrace, perfettoOfWindow } from '../export/perfetto.ts';
import { encodePprof, type PprofTimes } from '../export/pprof.ts';
import {
  type ContentionSample,
  MAX_STACKS,
  SIDES,
  type Side,
  samplesOfStacks,
  samplesOfTrace,
  totalsOf,
} from '../export/samples.ts';
import { speedscopeOfSamples, speedscopeOfTrace } from '../export/speedscope.ts';
import { subjectOf } from '../export/subject.ts';
import { bytes } from '../words/numbers.ts';

const FORMATS = ['perfetto', 'pprof', 'speedscope'] as const;
type Format = (typeof FORMATS)[number];
/** As many series as the API gives. */
const MAX_SITES = 50;

/** Declared apart: within the table its type would be widened to that of any option. */
const SIDE = choiceOption({
  flag: 'side',
  describe: 'pprof, speedscope of a window: whose stack a wait is counted at',
  choices: SIDES,
  default: 'holder',
});

interface Exported {
  readonly content: Uint8Array;
  readonly facts: Readonly<Record<string, number>>;
}

export const exported = command({
  describe: 'a trace, or the contention of a window, as a file for Perfetto, go tool pprof or speedscope',
  usage: 'TRACE|WINDOW --perfetto|--pprof|--speedscope',
  example: 'mapscope export 15m --service order --pprof --out order.pb.gz && go tool pprof -top order.pb.gz',
  options: {
    subject: positionals({
      name: 'subject',
      describe: 'a trace id, a span back from now (15m), or FROM..TO',
      min: 1,
      max: 1,
    }),
    service: textOption({ flag: 'service', describe: 'service.name, of a window', default: undefined }),
    perfetto: booleanOption({
      flag: 'perfetto',
      describe: 'trace event JSON, for ui.perfetto.dev and chrome://tracing',
    }),
    pprof: booleanOption({
      flag: 'pprof',
      describe: "compressed profile, with the sample types of Go's mutex profile",
    }),
    speedscope: booleanOption({ flag: 'speedscope', describe: 'JSON for www.speedscope.app' }),
    side: SIDE,
    out: textOption({ flag: 'out', describe: 'the file to write; stdout when not given', default: undefined }),
  },
  run: async ({ subject: [word = ''], service, side, out, json, ...chosen }, world) => {
    const format = formatOf(chosen);
    checkTarget(format, { out, json }, world);
    const subject = subjectOf(word);
    const made =
      subject.what === 'trace'
        ? await exportTrace(subject.id, { format, side }, world)
        : await exportWindow(
            { service: serviceOf(service), from: subject.from, to: subject.to },
            { format, side },
            world,
          );
    if (out === undefined) world.outBytes(made.content);
    else deliver(out, made, { format, json }, world);
    return 0;
  },
});

function formatOf(chosen: Readonly<Record<Format, boolean>>): Format {
  const [format, ...more] = FORMATS.filter((name) => chosen[name]);
  if (format !== undefined && more.length === 0) return format;
  throw misused(
    `${format === undefined ? 'no format is' : 'several formats are'} given: give one of ${FORMATS.map((name) => `--${name}`).join(', ')}`,
  );
}

function serviceOf(service: string | undefined): string {
  if (service !== undefined) return service;
  throw misused('a window is of one service: give --service, as in --service order');
}

function checkTarget(
  format: Format,
  { out, json }: { readonly out: string | undefined; readonly json: boolean },
  world: World,
): void {
  if (out !== undefined) return;
  if (json) throw misused('--json tells about the file, and stdout is the file: give --out FILE');
  if (format === 'pprof' && world.terminal() !== undefined)
    throw misused('a compressed profile is nothing for a terminal: give --out FILE, or redirect stdout');
}

interface Shape {
  readonly format: Format;
  readonly side: Side;
}

async function exportTrace(id: string, { format, side }: Shape, { api }: World): Promise<Exported> {
  const trace = await api.get(`/api/v1/traces/${id}`, {}, traceAnswer);
  const lanes = lanesOf(trace);
  const title = `trace ${id}`;
  const slices = lanes.lanes.reduce((sum, lane) => sum + lane.slices.length, 0);
  const facts = { lanes: lanes.lanes.length, slices, ...totalsOf(samplesOfTrace(trace, side)) };
  switch (format) {
    case 'perfetto':
      return { content: jsonBytes(perfettoOfTrace(lanes, title)), facts };
    case 'speedscope':
      return { content: jsonBytes(speedscopeOfTrace(lanes, title)), facts };
    case 'pprof': {
      const ends = lanes.lanes.flatMap((lane) => lane.slices.map((slice) => slice.startNanos + slice.durationNanos));
      const durationNanos = BigInt(ends.reduce((most, end) => Math.max(most, end), 0));
      const times = { beginUnixNanos: lanes.beginUnixNanos, durationNanos };
      return pprofOf(samplesOfTrace(trace, side), times, title);
    }
  }
}

interface WindowOf {
  readonly service: string;
  readonly from: string;
  readonly to: string | undefined;
}

async function exportWindow(asked: WindowOf, { format, side }: Shape, { api }: World): Promise<Exported> {
  if (format === 'perfetto') return exportCounters(asked, api);
  const role = side === 'holder' ? 'releaser' : 'waiter';
  const answer = await api.get('/api/v1/contention/stacks', { ...asked, role, limit: MAX_STACKS }, waitStacksAnswer);
  if (answer.items.length === 0) await refuseUnknown(api, answer.service);
  const samples = samplesOfStacks(answer);
  const title = `contention of ${answer.service}, ${answer.window.from} to ${answer.window.to}`;
  if (format === 'pprof') return pprofOf(samples, timesOf(answer.window), title);
  return { content: jsonBytes(speedscopeOfSamples(samples, title)), facts: totalsOf(samples) };
}

async function exportCounters(asked: WindowOf, api: World['api']): Promise<Exported> {
  const [series, latency] = await Promise.all([
    api.get('/api/v1/contention/series', { ...asked, limit: MAX_SITES }, contentionSeriesAnswer),
    api.get('/api/v1/latency', { ...asked }, latencyAnswer),
  ]);
  const title = `contention of ${series.service}, ${series.window.from} to ${series.window.to}`;
  const facts = { sites: series.sites.length + series.others.sites, steps: series.startUnixMs.length };
  return { content: jsonBytes(perfettoOfWindow(series, latency, title)), facts };
}

const timesOf = ({ from, to }: TimeWindowJson): PprofTimes => {
  const begin = parseRfc3339(from) ?? 0n;
  return { beginUnixNanos: begin, durationNanos: (parseRfc3339(to) ?? begin) - begin };
};

const pprofOf = (samples: readonly ContentionSample[], times: PprofTimes, title: string): Exported => ({
  content: gzipSync(encodePprof(samples, times, title)),
  facts: totalsOf(samples),
});

const jsonBytes = (value: object): Uint8Array => new TextEncoder().encode(`${JSON.stringify(value)}\n`);

function deliver(
  file: string,
  { content, facts }: Exported,
  how: { readonly format: Format; readonly json: boolean },
  world: World,
): void {
  world.writeFile(file, content);
  const { format, json } = how;
  const told = Object.entries(facts).map(([name, value]) => `${name} ${value}`);
  world.out(
    json
      ? JSON.stringify({ file, format, sizeBytes: content.length, ...facts })
      : `${file}: ${bytes(content.length)} of ${format}, ${told.join(', ')}`,
  );
}
