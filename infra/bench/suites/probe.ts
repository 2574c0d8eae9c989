/**
 * Question: what do the probes cost, and how fast is what they say turned into blocks? Fair: every ratio is of one run;
 * each part (libs/probe/bench) states what makes it so.
 */
import { dataPaths } from '../../world/paths.ts';
import type { Case, Metric, Suite } from '../measure.ts';
import { prepareChildren, type RunChild } from './probe/child.ts';
import { hitMetrics } from './probe/hits.ts';
import { governedMetrics, type GovernedPairs, pairMetrics, type Pairs } from './probe/pairs.ts';
import { attachMetrics, ringMetrics } from './probe/ring.ts';

interface Part {
  readonly name: string;
  readonly measure: (runChild: RunChild) => Promise<Answered>;
}

interface Answered {
  readonly metrics: readonly Metric[];
  readonly goVersion: string | undefined;
}

/** The answers' types are those of our own programs, libs/probe/bench: each is read by the file of that part. */
function part(name: string, words: readonly string[], metrics: (answer: never) => readonly Metric[]): Part {
  const [script = '', ...args] = words;
  return {
    name,
    measure: async (runChild) => {
      const answer = await runChild(script, args);
      // See above.
      return { metrics: metrics(answer as never), goVersion: (answer as { readonly goVersion?: string }).goVersion };
    },
  };
}

const PROBES = 'libs/probe/bench';

const service = (name: string, args: readonly string[], target?: number): Part =>
  part(`service_${name}`, [`${PROBES}/service/pairs.ts`, ...args], (answer: Pairs) =>
    pairMetrics(name, answer, target),
  );

const PARTS: readonly Part[] = [
  part('hits', [`${PROBES}/hits/hits.ts`], hitMetrics),
  part('ring', [`${PROBES}/ring/decode.ts`], ringMetrics),
  part('attach', [`${PROBES}/attach/attach.ts`], attachMetrics),
  service('work', ['--path', '/work', '--pairs', '96'], 1.01),
  // As an agent does it: with its overhead budget. Without it the probes are attached all the time (decision 0025).
  part('service_hello', ['apps/ingest/bench/overhead/hello.ts', '--pairs', '8'], (answer: GovernedPairs) =>
    governedMetrics('hello', answer, 1.08),
  ),
  service('hello_ungoverned', ['--path', '/hello', '--pairs', '16']),
  service('downstream', ['--path', '/downstream', '--pairs', '10']),
  service('work_maps', ['--path', '/work', '--pairs', '10', '--families', 'lock,http,trace,client,fatal,gc,map']),
];

export const probeSuite: Suite = {
  name: 'probe',
  question:
    'the probes: ns per hit against an empty program at the same sites, ring → block, attach and detach, and services with and without them',
  run: async () => {
    const runChild = await prepareChildren(dataPaths());
    const metrics: Metric[] = [];
    const cases: Case[] = [];
    let versions = {};
    for (const each of PARTS) {
      const outcome = await measurePart(runChild, each);
      cases.push(outcome.case);
      metrics.push(...(outcome.answered?.metrics ?? []));
      if (outcome.answered?.goVersion !== undefined) versions = { go: outcome.answered.goVersion };
    }
    return { metrics, cases, versions };
  },
};

/** One part that cannot be measured takes no other with it. */
async function measurePart(
  runChild: RunChild,
  { name, measure }: Part,
): Promise<{ readonly answered?: Answered; readonly case: Case }> {
  const started = performance.now();
  const seconds = (): number => Math.round((performance.now() - started) / 100) / 10;
  try {
    const answered = await measure(runChild);
    process.stderr.write(`  ✔ ${name} (${seconds()} s)\n`);
    return { answered, case: { name, ok: true, seconds: seconds() } };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`  ✘ ${name} (${seconds()} s): ${reason}\n`);
    return { case: { name, ok: false, seconds: seconds(), reason } };
  }
}
