/** `npm start -- --arm64` until events of both platforms are stored: what both agents took from their rings is in the tables. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parsePlatform } from '@mapscope/events';
import { readStartOptions } from '../start/options.ts';
import { isSettled, type PipelineReport } from '../start/report.ts';
import { openSession } from '../start/session.ts';
import type { Voices } from '../world/world.ts';
import type { Arm64Cell } from './cells.ts';

/** At ports that are free, and a rate that an emulated CPU can serve. */
const WORDS = ['port', 'kafka-port', 'clickhouse-port', 'otlp-port'].flatMap((name) => [`--${name}`, '0']);
const RATE = ['--rate', '20'];
const ENOUGH_ROWS = 50;
const PATIENCE_MILLIS = 180_000;

interface PlatformRows {
  readonly arch: string;
  readonly emulation: string | undefined;
  readonly requests: number;
  readonly waits: number;
}

export async function showFleet(voices: Voices): Promise<Arm64Cell> {
  const folder = mkdtempSync(join(tmpdir(), 'mapscope-fleet-data-'));
  const options = readStartOptions(['--arm64', ...WORDS, ...RATE, '--data-dir', folder], {});
  try {
    const session = await openSession(options, voices);
    try {
      const url = session.world.clickhouseUrl;
      await session.target.breakIt?.();
      const end = Date.now() + PATIENCE_MILLIS;
      while (!areEnough(await rowsByPlatform(url)) && Date.now() < end) await sleep(1_000);
      const pipeline = await session.drain();
      return fleetCell(await rowsByPlatform(url), pipeline);
    } finally {
      await session.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const areEnough = (rows: readonly PlatformRows[]): boolean =>
  rows.length === 2 && rows.every(({ requests, waits }) => requests >= ENOUGH_ROWS && waits > 0);

/** Both there, only the one emulated, and not a record of either lost on its way. */
export function fleetCell(rows: readonly PlatformRows[], pipeline: PipelineReport): Arm64Cell {
  const platforms = rows.map(({ arch, emulation }) => `${arch} ${emulation}`).toSorted();
  const isWhole = isSettled(pipeline) && pipeline.ringLost === 0 && pipeline.lostWithAgent === 0;
  const ok = platforms.join() === 'amd64 no,arm64 tcg' && areEnough(rows) && isWhole;
  const counts = rows.map(({ arch, requests, waits }) => `${arch}: ${requests} requests, ${waits} waits`);
  const { ringSubmitted, ringLost, inserted } = pipeline;
  return {
    name: 'fleet of two platforms',
    ok,
    detail: `${counts.join('; ')}; ${ringSubmitted} records seen, ${ringLost} lost, ${inserted} stored`,
  };
}

async function rowsByPlatform(url: string): Promise<readonly PlatformRows[]> {
  const query = `SELECT platform, countIf(source = 1) AS requests, countIf(source = 2) AS waits FROM (
      SELECT platform, 1 AS source FROM mapscope.http_requests UNION ALL SELECT platform, 2 FROM mapscope.lock_waits
    ) GROUP BY platform FORMAT JSONCompactEachRow`;
  const response = await fetch(url, { method: 'POST', body: query });
  const lines = (await response.text()).split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const [platform, requests, waits] = JSON.parse(line);
    const { arch, emulation } = parsePlatform(platform);
    return { arch, emulation, requests: Number(requests), waits: Number(waits) };
  });
}
