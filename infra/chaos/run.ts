/** Runs cases on one place and makes the report: those that may share it a few at a time, the others one after the other. */
import { seeded } from '../bench/statistics.ts';
import { describeMachine } from '../machine.ts';
import { CASES } from './cases/cases.ts';
import type { ChaosCase } from './cases/case.ts';
import { DISK_FULL } from './cases/disk-full.ts';
import { storm } from './cases/storm.ts';
import { openPlace } from './place.ts';
import { type CaseReport, type ChaosReport, type Findings, type Kill, countBy, judge, reportOf } from './report.ts';
import { type Means, type Scene, openScene } from './scene.ts';
import { type Verdict, verify } from './verify.ts';

export interface ChaosWishes {
  readonly seed: number;
  /** in all; the storm goes on until so many */
  readonly kills: number;
  /** no case and no round of the storm begins after that */
  readonly seconds: number;
  /** of each kind that a case makes */
  readonly killsOfEach: number;
  /** only these; empty: all, and each step must have been hit */
  readonly names: readonly string[];
  readonly sessionMillis: number;
  readonly say: (line: string) => void;
}

/** On two cores more at once only wait for one another. */
const AT_ONCE = 3;

export async function runChaos(wishes: ChaosWishes): Promise<ChaosReport> {
  const began = performance.now();
  const seconds = (): number => Math.round((performance.now() - began) / 100) / 10;
  const isOver = (): boolean => seconds() > wishes.seconds;
  const kills: Kill[] = [];
  const onKill = (kill: Kill): void => {
    kills.push(kill);
    wishes.say(`  kill ${kills.length}: ${kill.victim} ${kill.pid}, ${kill.case}, ${kill.step}: ${kill.shown}\n`);
  };
  const place = await openPlace();
  try {
    const means: Means = { place, onKill, say: wishes.say, sessionMillis: wishes.sessionMillis, random: () => 0 };
    const all = [...CASES, storm(() => isOver() || kills.length >= wishes.kills)];
    const wanted = all.filter(({ name }) => wishes.names.length === 0 || wishes.names.includes(name));
    const run = (each: ChaosCase): Promise<CaseReport> =>
      runCase(each, { ...means, random: randomOf(each, wishes) }, wishes);
    const shared = await pooled(
      wanted.filter(({ isAlone }) => !isAlone),
      AT_ONCE,
      isOver,
      run,
    );
    const alone = await pooled(
      wanted.filter(({ isAlone }) => isAlone),
      1,
      isOver,
      run,
    );
    const cases = [...shared, ...alone];
    const isWhole = wishes.names.length === 0;
    const facts = { machine: describeMachine(), seed: wishes.seed, seconds: seconds(), kills, cases };
    return reportOf(facts, { kills: isWhole ? wishes.kills : 0, isWhole });
  } finally {
    await place.close();
  }
}

/** A case's chance does not depend on which others run. */
function randomOf({ name }: ChaosCase, { seed }: ChaosWishes): () => number {
  const random = seeded(Buffer.from(name).reduce((hash, byte) => Math.imul(hash, 31) + byte, seed));
  // The first values of neighbouring seeds are alike.
  for (let i = 0; i < 16; i++) random();
  return random;
}

async function pooled(
  cases: readonly ChaosCase[],
  atOnce: number,
  isOver: () => boolean,
  run: (each: ChaosCase) => Promise<CaseReport>,
): Promise<readonly CaseReport[]> {
  const queue = cases.values();
  const reports: CaseReport[] = [];
  const worker = async (): Promise<void> => {
    for (const each of queue) if (!isOver()) reports.push(await run(each));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return reports;
}

const NOTHING: Verdict = {
  published: 0,
  stored: 0,
  lost: 0,
  doubled: 0,
  diedInMemory: 0,
  deadLettered: 0,
  rollups: [],
};

async function runCase(each: ChaosCase, means: Means, wishes: ChaosWishes): Promise<CaseReport> {
  const began = performance.now();
  const lacking = each.lacking?.();
  if (lacking !== undefined) return empty(each, `not run: it needs ${lacking}`);
  wishes.say(`${each.name}: ${each.promise}\n`);
  const small = each === DISK_FULL ? await DISK_FULL.openEngine(means) : undefined;
  const scene = await openScene(each.name, means, small?.url);
  if (each.isAlone) rememberServers(scene);
  try {
    await each.run(scene, { kills: wishes.killsOfEach }).catch((error: unknown) => scene.faults.push(told(error)));
    means.place.proxy.lose('pass');
    const verdict = await verify(scene).catch((error: unknown) => {
      scene.faults.push(told(error));
      return NOTHING;
    });
    const report = judge(findings(scene, verdict, (performance.now() - began) / 1000));
    wishes.say(lineOf(report));
    return report;
  } finally {
    await scene.close();
    await small?.close();
  }
}

/** Those that are killed are not among the readings at the end. */
function rememberServers({ memory, place: { broker, engine } }: Scene): void {
  memory.begin('broker', broker.process());
  memory.begin('engine', engine.process());
}

const told = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function findings(scene: Scene, verdict: Verdict, seconds: number): Findings {
  const kills = scene.kills();
  return {
    name: scene.name,
    seconds: rounded(seconds),
    ...verdict,
    recoverySeconds: rounded(Math.max(0, ...scene.recoveries)),
    kills: kills.length,
    steps: countBy(kills, ({ step }) => step),
    memory: scene.memory.readings(),
    faults: scene.faults,
  };
}

const empty = ({ name }: ChaosCase, fault: string): CaseReport => ({
  ...NOTHING,
  name,
  ok: false,
  seconds: 0,
  recoverySeconds: 0,
  kills: 0,
  steps: {},
  memory: [],
  faults: [fault],
});

const rounded = (seconds: number): number => Math.round(seconds * 10) / 10;

export function lineOf(report: CaseReport): string {
  const { name, ok, published, stored, lost, doubled, deadLettered, recoverySeconds, kills, seconds, faults } = report;
  const facts = `${published} published, ${stored} stored, ${lost} lost, ${doubled} doubled, ${deadLettered} dead-lettered`;
  const lines = [`  ${ok ? '✔' : '✘'} ${name}: ${facts}, ${kills} kills, recovery ${recoverySeconds} s (${seconds} s)`];
  return [...lines, ...faults.map((fault) => `      ${fault}`), ''].join('\n');
}
