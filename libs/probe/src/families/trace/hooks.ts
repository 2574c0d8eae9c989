/** Family trace: which trace a goroutine works for. */
import type { FamilySpec } from '../family.ts';

const NO_HEADERS = 'no trace ids are read from requests';
const NO_INHERITANCE = 'goroutines started by a request do not carry its trace id';

export const TRACE: FamilySpec = {
  program: 'family_trace',
  kind: undefined,
  hooks: [
    { function: 'net/textproto.canonicalMIMEHeaderKey', hook: 4, required: true, effect: NO_HEADERS },
    { function: 'net/http.(*conn).readRequest', hook: 5, required: true, coveredBy: 'http', effect: NO_HEADERS },
    { function: 'runtime.newproc1', hook: 6, required: false, group: 'inheritance', effect: NO_INHERITANCE },
    { function: 'runtime.gostartcallfn', hook: 7, required: false, group: 'inheritance', effect: NO_INHERITANCE },
    { function: 'runtime.goexit1', hook: 8, required: true, coveredBy: 'http', effect: NO_HEADERS },
  ],
};
