/** `npm run mapscope -- doctor`: the collector's program with this checkout built and under Node 24. */
await import(new URL('../../apps/ingest/dist/main.js', import.meta.url).href);
