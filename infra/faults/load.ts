/** Open-loop load of infra/demo: a constant rate, a seed, latencies from the intended start; a process of its own. */
import { join } from 'node:path';
import { MapscopeError } from '@mapscope/events';
import { startProcess } from '../world/process.ts';

export interface LoadPlan {
  readonly program: string;
  readonly logs: string;
  readonly address: string;
  readonly paths: Readonly<Record<string, number>>;
  readonly rate: number;
  readonly seconds: number;
  readonly seed: number;
}

export interface LoadReport {
  readonly sent: number;
  readonly errors: number;
  /** not sent, because too many answers were outstanding */
  readonly shed: number;
  readonly p99Ms: number;
}

/** Resolves when the last answer is there. */
export async function runLoad(plan: LoadPlan): Promise<LoadReport> {
  const mix = Object.entries(plan.paths).map(([path, weight]) => `${path}=${weight}`);
  const what = ['-url', `http://${plan.address}`, '-mix', mix.join(','), '-rate', String(plan.rate)];
  const args = [...what, '-duration', String(plan.seconds), '-seed', String(plan.seed), '-report', '0'];
  const load = startProcess({ name: 'load', command: plan.program, args, logFile: join(plan.logs, 'load.log') });
  const status = await load.exited;
  const [report] = load.events();
  if (status !== 0 || report === undefined)
    throw new MapscopeError('INTERNAL', `the load generator ended with ${status ?? 'a signal'}; see ${load.logFile}`);
  const figure = (name: string): number => Number(report[name]);
  return { sent: figure('sent'), errors: figure('errors'), shed: figure('shed'), p99Ms: figure('p99Ms') };
}
