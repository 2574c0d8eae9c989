/**
 * Appends what was acknowledged to a capture file while the agent runs. A disk that fails or a recording that grows too
 * large ends the recording, told once; it never holds up or ends the agent.
 *
 *   acknowledged value ─► encodeFrame ─► zstd ─► file          at most one zstd buffer waits: append resolves when it drained
 */
import { once } from 'node:events';
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { type ZstdCompress, createZstdCompress } from 'node:zlib';
import { type Clock, MapscopeError } from '@mapscope/events';
import { MAX_CAPTURE_BYTES, ZSTD_PARAMS, encodeEnd, encodeFrame, encodeOpening } from './capture-file.ts';
import type { CaptureHeader } from './capture-header.ts';

export interface CaptureWriter {
  /** Never rejects. The value is not looked at. */
  readonly append: (value: Uint8Array) => Promise<void>;
  /** Writes the end, without which a reader takes the file for cut; false when the recording failed. */
  readonly close: () => Promise<boolean>;
}

export interface CaptureOptions {
  readonly path: string;
  readonly header: CaptureHeader;
  readonly clock: Pick<Clock, 'unixNanos'>;
  /** The recording ended before the agent; said once. */
  readonly onProblem: (error: Error) => void;
  /** Of all frames together, unpacked; what readers take unless said otherwise. */
  readonly maxBytes?: number | undefined;
}

interface State {
  readonly options: CaptureOptions;
  readonly packer: ZstdCompress;
  readonly written: Promise<boolean>;
  frames: number;
  sizeBytes: number;
  isOpen: boolean;
  drained: Promise<void> | undefined;
}

export async function openCapture(options: CaptureOptions): Promise<CaptureWriter> {
  const file = await begin(options).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new MapscopeError('CONFIG_INVALID', `--capture cannot be written (${why}): give a file in a folder of yours`);
  });
  const packer = createZstdCompress({ params: ZSTD_PARAMS });
  const state: State = {
    options,
    packer,
    written: pipeline(packer, file.createWriteStream()).then(
      () => true,
      (error: unknown) => fail(state, error),
    ),
    frames: 0,
    sizeBytes: 0,
    isOpen: true,
    drained: undefined,
  };
  return { append: (value) => append(state, value), close: () => close(state) };
}

async function begin({ path, header }: CaptureOptions): Promise<FileHandle> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(encodeOpening(header));
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function append(state: State, value: Uint8Array): Promise<void> {
  if (!state.isOpen) return;
  const frame = encodeFrame({ publishedUnixNanos: state.options.clock.unixNanos(), value });
  if (state.sizeBytes + frame.length > (state.options.maxBytes ?? MAX_CAPTURE_BYTES) - ROOM_FOR_END) {
    full(state);
    return;
  }
  state.frames += 1;
  state.sizeBytes += frame.length;
  if (state.packer.write(frame)) return;
  state.drained ??= drained(state);
  await state.drained;
}

/** One wait for all who append. Either it drains, or the pipeline has failed, which was told. */
async function drained(state: State): Promise<void> {
  await Promise.race([once(state.packer, 'drain').catch(() => undefined), state.written]);
  state.drained = undefined;
}

const ROOM_FOR_END = encodeEnd(0).length;

function full(state: State): void {
  const { frames, sizeBytes } = state;
  const text = `the capture has ${frames} batches, ${sizeBytes} bytes, and ends here: its reader takes ${MAX_CAPTURE_BYTES}; record a shorter run`;
  state.options.onProblem(new MapscopeError('CONFIG_INVALID', text, { facts: { frames, sizeBytes } }));
  finish(state);
}

function finish(state: State): void {
  if (!state.isOpen) return;
  state.isOpen = false;
  state.packer.end(encodeEnd(state.frames));
}

function fail(state: State, error: unknown): false {
  state.isOpen = false;
  state.options.onProblem(error instanceof Error ? error : new Error(String(error)));
  return false;
}

function close(state: State): Promise<boolean> {
  finish(state);
  return state.written;
}
