/**
 * Any address that takes JSON. With a secret each body is signed, and its time with it, so that nobody can send it again
 * later (as Stripe's and Slack's webhooks do):
 *
 *   x-mapscope-signature: t=1795000000,v1=hex(HMAC-SHA256(secret, "1795000000." + body))
 *   x-mapscope-delivery: what is told again keeps it, so that the other side can tell
 */
import { createHmac } from 'node:crypto';
import { formatUnixNanos } from '@mapscope/contract';
import type { Alert } from '../alert.ts';
import { post } from './post.ts';
import type { AlertSink } from './sink.ts';

export function webhookSink(url: string, secret: string | undefined, unixSeconds: () => number): AlertSink {
  return {
    name: 'webhook',
    send: (alert) => {
      const body = JSON.stringify(webhookBody(alert));
      const signature = secret === undefined ? {} : { 'x-mapscope-signature': signed(secret, unixSeconds(), body) };
      return post(url, body, { 'x-mapscope-delivery': `${alert.incident}-${alert.stage}`, ...signature });
    },
  };
}

export const signed = (secret: string, seconds: number, body: string): string =>
  `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;

export const webhookBody = ({ startUnixNanos, endUnixNanos, verdict, ...rest }: Alert) => ({
  ...rest,
  verdict: verdict === '' ? null : verdict,
  startsAt: formatUnixNanos(startUnixNanos),
  endsAt: endUnixNanos === undefined ? null : formatUnixNanos(endUnixNanos),
});
