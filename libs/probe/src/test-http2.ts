/** For integration tests: requests over HTTP/2, all on one connection at the same time. */
import { once } from 'node:events';
import { connect } from 'node:http2';
import type { OutgoingHttpHeaders } from 'node:http2';

/** One stream for each of `requests`; what became of them: the status, or the stream's error code. */
export async function sendHttp2(url: string, requests: readonly OutgoingHttpHeaders[]): Promise<readonly string[]> {
  // The certificate is one that net/http/httptest made for itself.
  const session = connect(url, { rejectUnauthorized: false });
  session.on('error', () => undefined);
  const outcomes = requests.map(async (headers) => {
    const stream = session.request(headers);
    let outcome = '';
    stream.on('response', (answer) => (outcome = String(answer[':status'])));
    stream.on('error', () => (outcome = `reset ${stream.rstCode}`));
    stream.resume();
    await once(stream, 'close').catch(() => undefined);
    return outcome;
  });
  const all = await Promise.all(outcomes);
  session.close();
  return all;
}
