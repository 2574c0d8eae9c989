// Prints the platform tag that an agent on this machine would write, for a target of the Go version given.
import { platformTag } from '@mapscope/events';
import { readHost } from '../apps/ingest/src/agent/platform/host.ts';
import { readPlatform } from '../apps/ingest/src/agent/platform/read-platform.ts';

console.log(platformTag(readPlatform(readHost(), { arch: 'arm64', goVersion: process.argv[2] })));
