import { useEffect, useState } from 'react';

/** The time of day for "12 s ago", anew every few seconds. */
export function useNow(everyMillis = 5000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMillis);
    return () => clearInterval(timer);
  }, [everyMillis]);
  return now;
}
