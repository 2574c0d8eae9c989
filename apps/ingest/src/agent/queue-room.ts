/** How much may wait for Kafka: one room for all queues of an agent, so that many targets need no more memory than one. */
export interface QueueRoom {
  /** false: full; nothing was taken */
  readonly enter: (sizeBytes: number) => boolean;
  readonly leave: (sizeBytes: number) => void;
}

export interface RoomBounds {
  readonly maxBatches: number;
  readonly maxBytes: number;
}

export function makeQueueRoom({ maxBatches, maxBytes }: RoomBounds): QueueRoom {
  let [batches, bytes] = [0, 0];
  return {
    enter: (sizeBytes) => {
      if (batches >= maxBatches || bytes + sizeBytes > maxBytes) return false;
      batches += 1;
      bytes += sizeBytes;
      return true;
    },
    leave: (sizeBytes) => {
      batches -= 1;
      bytes -= sizeBytes;
    },
  };
}
