/** Every page in a real browser over the real API and engine, with rows that can be told by hand. */
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { ensureChromium } from '../setup/tasks/chromium.ts';
import { dataPaths } from '../world/paths.ts';
import { openDoor, type Door } from './browser-door.ts';
import { testPages } from './browser-pages.ts';
import { openShopWorld, type ShopWorld } from './browser-shop-world.ts';
import { testStory } from './browser-story.ts';
import { launch } from './browser.ts';

const PICTURES = process.env['MAPSCOPE_SCREENSHOTS'] ?? join(dataPaths().root, 'screenshots');
const isSkipped = (await ensureChromium()) === undefined;

let world: ShopWorld;
let browser: Browser;
let door: Door;

beforeAll(async () => {
  if (isSkipped) return;
  world = await openShopWorld();
  [browser, door] = await Promise.all([launch(), openDoor(world)]);
});

afterAll(async () => {
  await browser?.close();
  await door?.close();
  await world?.close();
});

const place = () => ({ browser, door, shop: world.shop, url: (path: string): string => `${world.apiUrl}${path}` });

testStory({ isSkipped, place });
testPages({ isSkipped, pictures: PICTURES, place });
