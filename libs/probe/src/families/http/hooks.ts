/** Family http: requests served by net/http, from their handler's start to its end. */
import type { FamilySpec } from '../family.ts';

const NO_REQUESTS = 'no requests are seen';
const LATE_END = 'a request whose handler panics or hijacks is never reported';

export const HTTP: FamilySpec = {
  program: 'family_http',
  kind: 'http_requests',
  hooks: [
    { function: 'net/http.serverHandler.ServeHTTP', hook: 9, required: true, effect: NO_REQUESTS },
    { function: 'net/http.(*response).finishRequest', hook: 10, required: true, effect: NO_REQUESTS },
    { function: 'net/http.(*conn).readRequest', hook: 11, required: false, effect: LATE_END },
    { function: 'runtime.goexit1', hook: 12, required: false, effect: LATE_END },
  ],
};
