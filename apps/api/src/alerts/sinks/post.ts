/** Posts JSON to an address of the configuration. Redirects are not followed: they would lead past the list of hosts. */
import { MapscopeError } from '@mapscope/events';

const TIMEOUT_MILLIS = 10_000;

export async function post(url: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<void> {
  const { origin } = new URL(url);
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MILLIS),
  }).catch((cause: unknown) => {
    throw undelivered(`${origin} does not answer`, cause);
  });
  await response.body?.cancel();
  if (!response.ok) throw undelivered(`${origin} answered ${response.status}`, undefined, response.status);
}

/** The path of an address is often a secret: only its origin is told. */
const undelivered = (what: string, cause?: unknown, status?: number): MapscopeError =>
  new MapscopeError('ALERT_UNDELIVERED', `an alert could not be delivered, ${what}: it is sent again`, {
    cause,
    facts: status === undefined ? {} : { status },
  });
