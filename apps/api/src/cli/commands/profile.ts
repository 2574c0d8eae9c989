import { integerOption, positionals } from '@mapscope/events';
import { command } from '../core/command.ts';
import { readEvidence } from '../core/evidence-file.ts';
import { type ProfileAnswer, profileText } from '../words/profile.ts';

export const profile = command({
  describe: "where a Go mutex or block profile says time was lost, by the program's own lines (no agent needed)",
  usage: 'FILE|URL',
  example: 'mapscope profile http://127.0.0.1:6060/debug/pprof/block',
  options: {
    from: positionals({
      name: 'from',
      describe: 'a profile of /debug/pprof/mutex or /debug/pprof/block; or where net/http/pprof listens (mutex)',
      min: 1,
      max: 1,
    }),
    limit: integerOption({ flag: 'limit', describe: 'lines at most', min: 1, max: 100_000, default: 20 }),
  },
  run: async ({ from: [from = ''], limit, json }, world) => {
    const bytes = await readEvidence(from, '/debug/pprof/mutex', world);
    // It brings a disassembler, which no other command needs.
    const { contentionSites, readProfile } = await import('@mapscope/golang');
    const read = readProfile(bytes);
    const { sites, ...totals } = contentionSites(read);
    const answer: ProfileAnswer = {
      evidence: 'contention profile',
      durationMs: Number(read.durationNanos) / 1e6,
      ...totals,
      sites: sites.slice(0, limit),
      otherSites: Math.max(0, sites.length - limit),
    };
    world.out(json ? JSON.stringify(answer) : profileText(answer));
    return 0;
  },
});
