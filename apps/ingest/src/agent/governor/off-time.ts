/** How long each group was detached for its cost, and how often it came back. Pure: time comes in. */
export interface OffTime {
  readonly offNanos: number;
  readonly windows: number;
}

export interface OffTimes {
  readonly note: (group: string, isOff: boolean, atNanos: number) => void;
  readonly isOff: (group: string) => boolean;
  /** Once a group was off; the time that goes on counts until now. */
  readonly of: (group: string, atNanos: number) => OffTime;
}

export function createOffTimes(): OffTimes {
  const ended = new Map<string, OffTime>();
  const since = new Map<string, number>();
  const of = (group: string, atNanos: number): OffTime => {
    const { offNanos, windows } = ended.get(group) ?? { offNanos: 0, windows: 0 };
    return { offNanos: offNanos + Math.max(0, atNanos - (since.get(group) ?? atNanos)), windows };
  };
  const note = (group: string, isOff: boolean, atNanos: number): void => {
    if (isOff === since.has(group)) return;
    if (isOff) {
      since.set(group, atNanos);
      return;
    }
    const { offNanos, windows } = of(group, atNanos);
    ended.set(group, { offNanos, windows: windows + 1 });
    since.delete(group);
  };
  return { note, isOff: (group) => since.has(group), of };
}
