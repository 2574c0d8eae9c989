/** The role `doctor`: is this machine fit, or what could be probed in one program? 0: all is well, 1: something is not. */
import { MapscopeError } from '@mapscope/events';
import { resolveManifest } from '@mapscope/probe';
import { type ExecutableSource, pathOf } from '../executable/executable-problem.ts';
import { openExecutable } from '../executable/open-executable.ts';
import { readProgram } from '../executable/binary-cache.ts';
import { type Check, fromError, renderChecks } from './check.ts';
import { checkMachineFacts } from './check-machine.ts';
import { checkSurroundings } from './check-surroundings.ts';
import { machineFacts } from './machine-facts.ts';
import { type DoctorConfig, programOf } from './options.ts';
import { type ProgramReport, renderReport, reportProgram } from './program-report.ts';

export type Print = (line: string) => void;

export async function runDoctor(config: DoctorConfig, print: Print): Promise<0 | 1> {
  const source = programOf(config);
  return source === undefined ? examineMachine(config, print) : examineProgram(config, source, print);
}

async function examineMachine(config: DoctorConfig, print: Print): Promise<0 | 1> {
  const checks = [...checkMachineFacts(machineFacts()), ...(await checkSurroundings(config))];
  const ok = checks.every((check) => check.ok);
  if (config.json) print(JSON.stringify({ ok, checks }));
  else for (const line of renderChecks(checks)) print(line);
  return ok ? 0 : 1;
}

async function examineProgram(config: DoctorConfig, source: ExecutableSource, print: Print): Promise<0 | 1> {
  const outcome = await readReport(config, source);
  if ('name' in outcome) {
    if (config.json) print(JSON.stringify({ ok: false, checks: [outcome] }));
    else for (const line of renderChecks([outcome])) print(line);
    return 1;
  }
  const ok = outcome.families.some(({ on }) => on);
  if (config.json) print(JSON.stringify({ ok, ...outcome }));
  else for (const line of renderReport(outcome)) print(line);
  return ok ? 0 : 1;
}

async function readReport(config: DoctorConfig, source: ExecutableSource): Promise<ProgramReport | Check> {
  try {
    using executable = openExecutable(source);
    const binary = await readProgram(executable);
    return reportProgram(pathOf(source), binary, resolveManifest(binary, config.families));
  } catch (error) {
    if (error instanceof MapscopeError) return fromError('program', error);
    throw error;
  }
}
