/** Slack's incoming webhooks: a text, and blocks for those that show them (api.slack.com, "Formatting message text"). */
import type { Alert, Stage } from '../alert.ts';
import { post } from './post.ts';
import type { AlertSink } from './sink.ts';

/** of a section's text */
const MAX_CHARACTERS = 3000;
const HEADINGS: Readonly<Record<Stage, string>> = {
  opened: ':rotating_light: p99 jumped',
  explained: ':mag: The cause',
  resolved: ':white_check_mark: Over',
};

export const slackSink = (url: string): AlertSink => ({
  name: 'slack',
  send: (alert) => post(url, JSON.stringify(slackBody(alert))),
});

export function slackBody({ stage, kind, service, summary, link }: Alert) {
  const heading = kind === 'crash' ? ':boom: Crash' : HEADINGS[stage];
  const text = `${heading}: *${escaped(service)}*`;
  const told = escaped(summary).slice(0, MAX_CHARACTERS - text.length - link.length - 20);
  return {
    text: `${heading}: ${escaped(service)}`,
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text: `${text}\n${told}\n<${link}|Explain>` } }],
  };
}

/** The three characters that control Slack's markup: a service cannot mention a channel. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
