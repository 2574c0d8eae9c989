/** Family client: HTTP requests that the process sends, from the round trip's start to the response's header. */
import type { FamilySpec } from '../family.ts';

const ROUND_TRIP = 'net/http.(*Transport).roundTrip';
const NO_CALLS = 'no outgoing HTTP requests are seen';

export const CLIENT: FamilySpec = {
  program: 'family_client',
  kind: 'client_requests',
  hooks: [
    { function: ROUND_TRIP, hook: 24, required: true, effect: NO_CALLS },
    { function: ROUND_TRIP, hook: 25, at: 'return', required: true, effect: NO_CALLS },
  ],
};
