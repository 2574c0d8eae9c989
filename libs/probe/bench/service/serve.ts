/**
 * The service of these benchmarks for a program of another project: started as pairs.ts starts it, on the first CPU, alone.
 * Run: node --conditions=source libs/probe/bench/service/serve.ts; one JSON object (pid, url, executable, goVersion) says that
 * it is ready, and it ends with stdin.
 */
import { once } from 'node:events';
import { startBenchProgram } from '../bench-program.ts';

await using program = await startBenchProgram();
const { pid, url, executable, goVersion } = program;
process.stdout.write(`${JSON.stringify({ pid, url, executable, goVersion })}\n`);
process.stdin.resume();
await once(process.stdin, 'end');
