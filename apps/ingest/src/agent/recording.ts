/** The agent's own recording (`--capture FILE`): everything Kafka acknowledged, in a file that `ingest replay` plays. */
import { release } from 'node:os';
import { resolve } from 'node:path';
import { type Clock, NANOS_PER_MILLI } from '@mapscope/events';
import type { Reporter } from '../process/reporter.ts';
import { type CaptureWriter, openCapture } from '../replay/capture-writer.ts';
import type { AgentIdentity } from './batcher.ts';
import type { Target } from './find-target.ts';

export interface RecordingNeeds {
  /** absent: nothing is recorded */
  readonly path: string | undefined;
  readonly identity: AgentIdentity;
  readonly target: Target;
  readonly clock: Clock;
  readonly reporter: Reporter;
}

export interface Recording extends AsyncDisposable {
  /** Never rejects. */
  readonly append: CaptureWriter['append'];
}

/** 6.18.1-2-amd64 → 6.18.1: what behaviour hangs on. The rest says whose machine it was, and recordings are given away. */
const kernelVersion = (kernelRelease: string): string => /^[\d.]+/.exec(kernelRelease)?.[0] ?? kernelRelease;

export async function openRecording(needs: RecordingNeeds): Promise<Recording> {
  if (needs.path === undefined) return { append: async () => undefined, [Symbol.asyncDispose]: async () => undefined };
  const path = resolve(needs.path);
  const { agent, service, platform, boot } = needs.identity;
  const { goVersion, buildId } = needs.target.binary;
  const recordedAt = new Date(Number(boot / NANOS_PER_MILLI)).toISOString();
  const writer = await openCapture({
    path,
    header: {
      recordedAt,
      kernel: kernelVersion(release()),
      goVersion: goVersion.text,
      buildId,
      platform,
      service,
      agent,
    },
    clock: needs.clock,
    onProblem: (error) => needs.reporter.log('warn', `recording ended early: ${error.message}`, { path }),
  });
  const close = async (): Promise<void> => {
    const complete = await writer.close();
    needs.reporter.log('info', complete ? 'recording complete' : 'recording is cut and cannot be replayed', { path });
  };
  return { append: writer.append, [Symbol.asyncDispose]: close };
}
