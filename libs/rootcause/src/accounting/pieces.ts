/** Stretches of requests' time, each with its cause: columns that grow. Times are nanoseconds since the cohort's origin. */
export interface Pieces {
  readonly count: number;
  readonly request: Uint32Array;
  readonly cause: Uint32Array;
  readonly from: Float64Array;
  readonly to: Float64Array;
}

export class PieceList implements Pieces {
  count = 0;
  request: Uint32Array;
  cause: Uint32Array;
  from: Float64Array;
  to: Float64Array;

  constructor(capacity: number) {
    const room = Math.max(16, capacity);
    this.request = new Uint32Array(room);
    this.cause = new Uint32Array(room);
    this.from = new Float64Array(room);
    this.to = new Float64Array(room);
  }

  add(request: number, cause: number, from: number, to: number): void {
    if (this.count === this.request.length) this.#grow();
    const i = this.count;
    this.count += 1;
    this.request[i] = request;
    this.cause[i] = cause;
    this.from[i] = from;
    this.to[i] = to;
  }

  #grow(): void {
    const room = this.request.length * 2;
    this.request = grown(new Uint32Array(room), this.request);
    this.cause = grown(new Uint32Array(room), this.cause);
    this.from = grown(new Float64Array(room), this.from);
    this.to = grown(new Float64Array(room), this.to);
  }
}

function grown<T extends Uint32Array | Float64Array>(larger: T, smaller: T): T {
  larger.set(smaller);
  return larger;
}
