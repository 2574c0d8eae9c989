/** Single keys from the terminal; without a terminal there are none and only signals end the run. */
export interface Keys {
  readonly close: () => void;
}

export function listenToKeys(onKey: (key: string) => void): Keys {
  const { stdin } = process;
  if (!stdin.isTTY) return { close: () => undefined };
  const onData = (data: Buffer): void => {
    // In raw mode Ctrl-C and Ctrl-D arrive as bytes and not as signals.
    for (const byte of data) onKey(byte === 0x03 || byte === 0x04 ? 'q' : String.fromCodePoint(byte).toLowerCase());
  };
  stdin.setRawMode(true).resume().on('data', onData);
  return {
    close: () => {
      stdin.off('data', onData).setRawMode(false).pause();
    },
  };
}
