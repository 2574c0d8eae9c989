import { comparePlatformsAnswer } from '@mapscope/contract';
import { positionals, textOption } from '@mapscope/events';
import { command } from '../core/command.ts';
import { refuseUnknown } from '../core/known-service.ts';
import { SINCE, UNTIL, windowOf } from '../words/moments.ts';
import { comparisonLines } from '../words/platforms.ts';

export const compare = command({
  describe:
    'one service on its platforms (CPU, Go version, kernel): which one waits more, and what must not be compared',
  usage: 'SERVICE',
  example: 'mapscope compare order --since 1h',
  options: {
    service: positionals({ name: 'service', describe: 'service.name', min: 1, max: 1 }),
    since: SINCE,
    until: UNTIL,
    route: textOption({ flag: 'route', describe: 'only requests of this http.route', default: undefined }),
    site: textOption({
      flag: 'site',
      describe: 'only waits at this line: a function or a file, with or without its line',
      default: undefined,
    }),
  },
  run: async ({ service: [service = ''], since, until, route, site, json }, { api, out }) => {
    const asked = { service, ...windowOf({ since, until }), route, site };
    const answer = await api.get('/api/v1/compare/platforms', asked, comparePlatformsAnswer);
    if (answer.platforms.length === 0) await refuseUnknown(api, service);
    out(json ? JSON.stringify(answer) : comparisonLines(answer).join('\n'));
    return 0;
  },
});
