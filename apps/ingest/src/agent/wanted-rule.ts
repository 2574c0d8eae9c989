/** What libs/rollout says about going on, for one service: the words are its, the agent only asks. */
import { parseWanted } from '@mapscope/rollout';

export function mustStop(service: string): (json: string | null, nowUnixMillis: number) => boolean {
  return (json, nowUnixMillis) => {
    if (json === null) return false;
    const wanted = parseWanted(json);
    return (
      wanted.service === service && (wanted.state === 'off' || nowUnixMillis >= (wanted.expiresUnixMillis ?? Infinity))
    );
  };
}
