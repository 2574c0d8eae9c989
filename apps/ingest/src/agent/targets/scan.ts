/**
 * Looks at the processes that run and tells those that are Go programs a selector might take. What was looked at is
 * remembered by pid and file, so that a look costs one system call for each process that is of no interest.
 */
import { MapscopeError } from '@mapscope/events';
import { looksGo } from '../../executable/looks-go.ts';
import type { BinaryCache } from '../../executable/binary-cache.ts';
import { executableProblem } from '../../executable/executable-problem.ts';
import { type OpenExecutable, openExecutable } from '../../executable/open-executable.ts';
import { withoutDeleted } from '../choose-target.ts';
import { serviceOf } from '../find-target.ts';
import {
  type ProcessImage,
  executableFile,
  executableName,
  processIds,
  processImage,
  processText,
} from '../process-table.ts';
import { controlGroupOf } from './cgroup.ts';
import type { CheapFacts, SeenProcess } from './decide-targets.ts';

export interface SeenTarget extends SeenProcess {
  readonly born: ProcessImage;
}

export interface ScanNeeds {
  readonly cache: BinaryCache;
  /** Could this process be wanted, as far as can be told without reading its program? */
  readonly mayMatch: (facts: CheapFacts) => boolean;
  /** Each executable's problem once for as long as its process runs. */
  readonly onLeftOut: (facts: CheapFacts, error: unknown) => void;
}

export interface Scanner {
  readonly scan: () => Promise<readonly SeenTarget[]>;
}

/** Not seen: of no interest as long as the process runs this file, unless the reason may pass. */
interface Looked {
  readonly seen?: SeenTarget;
  readonly problem?: { readonly code: string; readonly mayPass: boolean };
}

/** As many entries as there are processes. */
export function makeScanner(needs: ScanNeeds): Scanner {
  const looked = new Map<number, Looked & { readonly file: string }>();
  const lookAt = async (pid: number, file: string): Promise<SeenTarget | undefined> => {
    const known = looked.get(pid);
    const before = known?.file === file ? known : undefined;
    if (before !== undefined && holds(before, pid)) return before.seen;
    const now = await look(needs, pid, before?.problem?.code);
    looked.set(pid, { ...now, file });
    return now.seen;
  };
  const scan = async (): Promise<readonly SeenTarget[]> => {
    const found: SeenTarget[] = [];
    const pids = processIds();
    const running = new Set(pids);
    for (const pid of looked.keys()) if (!running.has(pid)) looked.delete(pid);
    for (const pid of pids) {
      const file = executableFile(pid);
      const seen = file === undefined ? undefined : await lookAt(pid, file);
      if (seen !== undefined) found.push(seen);
    }
    return found;
  };
  return { scan };
}

function holds({ seen, problem }: Looked, pid: number): boolean {
  return seen === undefined ? problem?.mayPass !== true : seen.image === processImage(pid)?.image;
}

async function look(needs: ScanNeeds, pid: number, toldCode: string | undefined): Promise<Looked> {
  const exe = withoutDeleted(executableName(pid) ?? '');
  const facts: CheapFacts = { pid, exe, ...controlGroupOf(processText(pid, 'cgroup')) };
  if (!needs.mayMatch(facts)) return {};
  try {
    using executable = openExecutable({ by: 'pid', pid });
    return { seen: await lookInside(needs.cache, facts, executable) };
  } catch (error) {
    const code = error instanceof MapscopeError ? error.code : 'INTERNAL';
    if (code !== toldCode) needs.onLeftOut(facts, error);
    return { problem: { code, mayPass: MAY_PASS.has(code) } };
  }
}

/** It has just ended or become another program; its file is being written; too many files are open. */
const MAY_PASS: ReadonlySet<string> = new Set(['TARGET_NOT_FOUND', 'SETUP_FAILED']);

async function lookInside(cache: BinaryCache, facts: CheapFacts, executable: OpenExecutable): Promise<SeenTarget> {
  const { pid, exe } = facts;
  if (!looksGo(executable)) throw notGo(exe);
  const binary = await cache.read(executable);
  const born = processImage(pid);
  if (born?.file !== executable.file) throw executableProblem({ by: 'pid', pid }, 'ESRCH');
  const { path = '', version = '' } = binary.modules.main ?? {};
  const service = serviceOf(pid, exe, binary);
  const { buildId } = binary;
  const identity = `${pid}-${born.startTicks}`;
  return { image: born.image, born, facts: { ...facts, buildId, module: { path, version }, service, identity } };
}

function notGo(exe: string): MapscopeError {
  const text = `${exe} is not a Go program: it has none of the Go linker's sections; narrow --target to leave it out`;
  return new MapscopeError('TARGET_NOT_GO', text, { facts: { exe } });
}
