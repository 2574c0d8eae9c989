import { rootCauseAnswer } from '@mapscope/contract';
import { positionals, textOption } from '@mapscope/events';
import { command } from '../core/command.ts';
import { refuseUnknown } from '../core/known-service.ts';
import { explainLink } from '../words/links.ts';
import { SINCE, UNTIL, moment, windowOf } from '../words/moments.ts';
import { whyLines } from '../words/why.ts';

const NOBODY_NAMED: ReadonlySet<string> = new Set(['unexplained', 'too-little-evidence']);

export const why = command({
  describe: 'why p99 of a service rose: the lock, who waited, who held it, at which line',
  usage: 'SERVICE',
  example: 'mapscope why order --since 15m',
  options: {
    service: positionals({ name: 'service', describe: 'service.name', min: 1, max: 1 }),
    since: SINCE,
    until: UNTIL,
    baselineSince: textOption({
      flag: 'baseline-since',
      describe: 'compare with the time from here to the begin; else the last spike within the window is looked for',
      default: undefined,
    }),
    route: textOption({ flag: 'route', describe: 'only requests of this http.route', default: undefined }),
    platform: textOption({ flag: 'platform', describe: 'only requests on this platform tag', default: undefined }),
  },
  run: async ({ service: [service = ''], since, until, baselineSince, route, platform, json }, { api, out }) => {
    const baselineFrom = baselineSince === undefined ? undefined : moment('--baseline-since', baselineSince);
    const question = { service, ...windowOf({ since, until }), baselineFrom, route, platform };
    const answer = await api.get('/api/v1/root-causes', question, rootCauseAnswer);
    if (answer.requests + answer.baselineRequests === 0) await refuseUnknown(api, service);
    const link = explainLink(api.url, answer);
    out(json ? JSON.stringify({ ...answer, page: link }) : whyLines(answer, link).join('\n'));
    return NOBODY_NAMED.has(answer.verdict) ? 3 : 0;
  },
});
