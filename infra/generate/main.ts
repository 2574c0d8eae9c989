/** `npm run generate -- --events-per-second N`: the collector's role `generate` of this checkout, under Node 24. */
process.argv.splice(2, 0, 'generate');
await import(new URL('../../apps/ingest/dist/main.js', import.meta.url).href);
