/**
 * An answer on its way. Its beginning is held back, so that what fails early has its own status and what is short has
 * a length and a summary; then it goes out piece by piece at the client's pace.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { exceptionBlock } from './exception-block.ts';
import { refusal } from './exceptions.ts';

export interface HoldBack {
  readonly bytes: number;
  /** since the first byte; absent: until the end, `bytes` is then the most that is held */
  readonly millis: number | undefined;
}

export class Outgoing {
  readonly #response: ServerResponse;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #hold: HoldBack;
  readonly #signal: AbortSignal;
  readonly #tag = randomBytes(8).toString('hex');
  readonly #held: Buffer[] = [];
  #heldBytes = 0;
  #hasStarted = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    response: ServerResponse,
    headers: Readonly<Record<string, string>>,
    hold: HoldBack,
    signal: AbortSignal,
  ) {
    this.#response = response;
    this.#headers = headers;
    this.#hold = hold;
    this.#signal = signal;
  }

  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  /** resolves when the client has room for more */
  async write(chunk: Buffer): Promise<void> {
    if (this.#hasStarted) this.#response.write(chunk);
    else this.#keep(chunk);
    if (this.#response.writableNeedDrain) await once(this.#response, 'drain', { signal: this.#signal });
  }

  #keep(chunk: Buffer): void {
    this.#held.push(chunk);
    this.#heldBytes += chunk.length;
    const { bytes, millis } = this.#hold;
    if (millis !== undefined) this.#timer ??= setTimeout(() => this.#start(), millis);
    if (this.#heldBytes < bytes) return;
    if (millis === undefined) throw tooMuchToHold(bytes);
    this.#start();
  }

  #start(): void {
    if (this.#hasStarted || this.#signal.aborted) return;
    this.#hasStarted = true;
    this.#response.writeHead(200, { ...this.#headers, 'X-ClickHouse-Exception-Tag': this.#tag });
    this.#release();
  }

  #release(): void {
    clearTimeout(this.#timer);
    for (const chunk of this.#held.splice(0)) this.#response.write(chunk);
  }

  /** `known` are headers that are true only at the end */
  end(known: Readonly<Record<string, string>>): void {
    if (!this.#hasStarted) {
      const headers: Record<string, string> = { ...this.#headers, ...known, 'Content-Length': String(this.#heldBytes) };
      // No byte is no valid file of any compression.
      if (this.#heldBytes === 0) delete headers['Content-Encoding'];
      this.#response.writeHead(200, headers);
    }
    this.#release();
    this.#response.end();
  }

  /** only when started; inside compressed bytes there is no place for words */
  breakOff(text: string): void {
    const isPacked = this.#headers['Content-Encoding'] !== undefined;
    const last = isPacked ? '' : exceptionBlock(this.#tag, text);
    this.#response.write(last, () => this.#response.socket?.destroySoon());
  }

  /** drops what is held; the answer will be another one */
  discard(): void {
    clearTimeout(this.#timer);
    this.#held.length = 0;
  }
}

function tooMuchToHold(bytes: number): Error {
  return refusal(
    'TOO_MANY_ROWS_OR_BYTES',
    `the result is larger than the ${bytes} bytes that wait_end_of_query may hold: leave it out and read the answer as it comes`,
  );
}
