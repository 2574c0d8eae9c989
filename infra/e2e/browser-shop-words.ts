/** Names and places of the planted shop, and how its rows get into the engine. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Shop {
  /** whose lock is waited for */
  readonly service: string;
  /** the service that crashed */
  readonly crashed: string;
  /** all unix ms */
  readonly start: number;
  readonly slowFrom: number;
  readonly end: number;
  readonly crashedAt: number;
}

export const PLATFORMS = [
  'arch=amd64;cpu=AuthenticAMD;level=x86-64-v3;go=1.24.4;kernel=6.18',
  'arch=arm64;cpu=Neoverse-N1;level=armv8.2;go=1.24.4;kernel=6.18',
] as const;

const site = (name: string, file: string, line: number) => ({ function: name, file, line });

export const SITES = {
  get: site('shop.example/bazaar.(*Catalog).Get', '/src/shop.example/bazaar/catalog.go', 42),
  list: site('shop.example/bazaar.(*Catalog).List', '/src/shop.example/bazaar/catalog.go', 57),
  session: site('shop.example/bazaar.(*Sessions).Touch', '/src/shop.example/bazaar/sessions.go', 31),
  rebuild: site('shop.example/bazaar.(*Catalog).Rebuild', '/src/shop.example/bazaar/catalog.go', 88),
  evict: site('shop.example/bazaar.(*Catalog).Evict', '/src/shop.example/bazaar/catalog.go', 103),
  put: site('shop.example/stock.(*Shelf).Put', '/src/shop.example/stock/shelf.go', 27),
  drop: site('shop.example/stock.(*Shelf).Drop', '/src/shop.example/stock/shelf.go', 39),
} as const;

export const ts = (millis: string): string => `fromUnixTimestamp64Nano(toInt64((${millis}) * 1000000), 'UTC')`;

/** The engine may be asked to wait its turn while the demo's rows come in. */
const ATTEMPTS = 5;

export async function run(clickhouseUrl: string, statement: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const response = await send(clickhouseUrl, statement);
    const said = await response.text();
    if (response.ok) return;
    if (attempt === ATTEMPTS) throw new Error(`planting failed with ${response.status}: ${said.slice(0, 500)}`);
    await sleep(500);
  }
}

/** The engine takes values only apart from the statement they belong to. */
function send(clickhouseUrl: string, statement: string): Promise<Response> {
  const [insert = '', values] = statement.trim().split(/(?<=\sVALUES)\s/, 2);
  if (values === undefined || !insert.startsWith('INSERT'))
    return fetch(clickhouseUrl, { method: 'POST', body: statement });
  return fetch(`${clickhouseUrl}/?${new URLSearchParams({ query: insert }).toString()}`, {
    method: 'POST',
    body: values,
  });
}
