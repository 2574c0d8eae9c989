/** Debian's Chromium, driven by playwright-core; it speaks to this machine only. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { CHROMIUM } from '../setup/tasks/chromium.ts';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const launch = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM, args: FLAGS });

export interface OpenedPage {
  readonly page: Page;
  /** what the page complained about: script errors, refused resources, policy violations */
  readonly complaints: readonly string[];
}

/** On a machine that other work shares, an answer of the engine may take this long; a fault of the page takes as long to be one. */
const PATIENCE_MILLIS = 90_000;

/** Closed with its test: a page that stays open goes on asking. */
export async function openPage(browser: Browser, colorScheme: 'light' | 'dark'): Promise<OpenedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme, timezoneId: 'UTC' });
  onTestFinished(() => context.close());
  context.setDefaultTimeout(PATIENCE_MILLIS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return { page, complaints };
}

/** Where pictures go: a folder that git ignores, or the one that `npm run screenshots` names. */
export async function picture(page: Page, folder: string, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
}
