/** Where alerts go, by the settings; all problems at once is readConfig's, what it cannot know is told here. */
import { readFileSync } from 'node:fs';
import { integerOption, listOption, MapscopeError, textOption, urlOption, type ConfigValues } from '@mapscope/events';
import { FAMILIES } from '@mapscope/rollout';
import { alertmanagerSink } from './sinks/alertmanager.ts';
import type { AlertSink } from './sinks/sink.ts';
import { slackSink } from './sinks/slack.ts';
import { webhookSink } from './sinks/webhook.ts';

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

export const ALERT_OPTIONS = {
  alertAlertmanager: urlOption({
    flag: 'alert-alertmanager',
    env: 'MAPSCOPE_ALERT_ALERTMANAGER',
    describe: 'Alertmanager that is told of incidents, such as http://127.0.0.1:9093',
    default: undefined,
  }),
  alertWebhook: urlOption({
    flag: 'alert-webhook',
    env: 'MAPSCOPE_ALERT_WEBHOOK',
    describe: 'address that is posted JSON of incidents',
    default: undefined,
  }),
  alertWebhookSecretFile: textOption({
    flag: 'alert-webhook-secret-file',
    env: 'MAPSCOPE_ALERT_WEBHOOK_SECRET_FILE',
    describe: 'file with the secret that posts to the webhook are signed with',
    default: undefined,
  }),
  alertSlack: urlOption({
    flag: 'alert-slack',
    env: 'MAPSCOPE_ALERT_SLACK',
    describe: "address of Slack's incoming webhook",
    default: undefined,
  }),
  deeperLook: listOption({
    flag: 'deeper-look',
    env: 'MAPSCOPE_DEEPER_LOOK',
    describe: 'probe families that an incident switches on for its service, where agents run with --policies',
    choices: FAMILIES,
    default: [],
  }),
  deeperLookSeconds: integerOption({
    flag: 'deeper-look-seconds',
    env: 'MAPSCOPE_DEEPER_LOOK_SECONDS',
    describe: 'for how long',
    min: 10,
    max: 3600,
    default: 120,
  }),
  alertHosts: listOption({
    flag: 'alert-hosts',
    env: 'MAPSCOPE_ALERT_HOSTS',
    describe: 'hosts that alerts may be sent to, besides this machine',
    default: [],
  }),
};

export type AlertConfig = ConfigValues<typeof ALERT_OPTIONS>;

export function readSinks(config: AlertConfig, unixSeconds: () => number): readonly AlertSink[] {
  const { alertAlertmanager, alertWebhook, alertSlack, alertHosts } = config;
  const allowed = new Set([...LOOPBACK, ...alertHosts]);
  for (const url of [alertAlertmanager, alertWebhook, alertSlack]) {
    if (url !== undefined) refuseOthers(new URL(url).hostname, allowed);
  }
  return [
    ...(alertAlertmanager === undefined ? [] : [alertmanagerSink(alertAlertmanager)]),
    ...(alertWebhook === undefined ? [] : [webhookSink(alertWebhook, secretOf(config), unixSeconds)]),
    ...(alertSlack === undefined ? [] : [slackSink(alertSlack)]),
  ];
}

/** Whoever can change one setting cannot make the api post to any host. */
function refuseOthers(host: string, allowed: ReadonlySet<string>): void {
  if (allowed.has(host)) return;
  const text = `alerts may not be sent to ${host}: allow it with --alert-hosts ${host} or MAPSCOPE_ALERT_HOSTS`;
  throw new MapscopeError('CONFIG_INVALID', text, { facts: { host } });
}

function secretOf({ alertWebhookSecretFile: file }: AlertConfig): string | undefined {
  if (file === undefined) return undefined;
  let secret: string;
  try {
    secret = readFileSync(file, 'utf8').trim();
  } catch (cause) {
    const text = `the secret of the webhook cannot be read from ${file}: give a file that this user may read`;
    throw new MapscopeError('CONFIG_INVALID', text, { facts: { file }, cause });
  }
  if (secret !== '') return secret;
  const text = `the file ${file} is empty: write the secret of the webhook into it, or leave --alert-webhook-secret-file away`;
  throw new MapscopeError('CONFIG_INVALID', text, { facts: { file } });
}
