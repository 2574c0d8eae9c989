import type { GoroutineDump, GoroutineGroup, LockWaitSite } from '@mapscope/golang';
import { integerOption, positionals } from '@mapscope/events';
import { command } from '../core/command.ts';
import { readEvidence } from '../core/evidence-file.ts';
import { dumpText } from '../words/dump.ts';

export interface DumpAnswer {
  /** weaker than what is measured: one moment, and no owner of any lock */
  readonly evidence: 'goroutine dump';
  readonly goroutines: number;
  readonly unreadLines: number;
  readonly unreadSamples: readonly string[];
  readonly isCut: boolean;
  readonly lockWaits: readonly LockWaitSite[];
  readonly groups: readonly GoroutineGroup[];
  readonly otherGroups: number;
}

export const dump = command({
  describe: 'a goroutine dump grouped: who stands where, who waits for which lock, who may hold it (no agent needed)',
  usage: 'FILE|URL',
  example: 'mapscope dump http://127.0.0.1:6060',
  options: {
    from: positionals({
      name: 'from',
      describe: 'the text of SIGQUIT, a crash or /debug/pprof/goroutine?debug=2; or where net/http/pprof listens',
      min: 1,
      max: 1,
    }),
    limit: integerOption({ flag: 'limit', describe: 'groups at most', min: 1, max: 100_000, default: 20 }),
  },
  run: async ({ from: [from = ''], limit, json }, world) => {
    const bytes = await readEvidence(from, '/debug/pprof/goroutine?debug=2', world);
    // It brings a disassembler, which no other command needs.
    const { groupGoroutines, lockWaits, parseGoroutineDump } = await import('@mapscope/golang');
    const parsed = parseGoroutineDump(new TextDecoder().decode(bytes));
    const { goroutines } = parsed;
    const answer = toAnswer(parsed, { groups: groupGoroutines(goroutines), waits: lockWaits(goroutines), limit });
    world.out(json ? JSON.stringify(answer) : dumpText(answer));
    return 0;
  },
});

interface Found {
  readonly groups: readonly GoroutineGroup[];
  readonly waits: readonly LockWaitSite[];
  readonly limit: number;
}

const toAnswer = (parsed: GoroutineDump, { groups, waits, limit }: Found): DumpAnswer => ({
  evidence: 'goroutine dump',
  goroutines: parsed.goroutines.length,
  unreadLines: parsed.unreadLines,
  unreadSamples: parsed.unreadSamples,
  isCut: parsed.isCut,
  lockWaits: waits,
  groups: groups.slice(0, limit),
  otherGroups: Math.max(0, groups.length - limit),
});
