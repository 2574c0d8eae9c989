import { nearestName } from '@mapscope/contract';
import { MapscopeError } from '@mapscope/events';

export function unknownCommand(name: string, known: readonly string[]): MapscopeError {
  const nearest = name === '' ? undefined : nearestName(name, known);
  const given = name === '' ? 'no command is given' : `there is no command ${JSON.stringify(name.slice(0, 64))}`;
  const hint = nearest === undefined ? `known are ${known.join(', ')}` : `did you mean "mapscope ${nearest}"?`;
  return new MapscopeError('CONFIG_INVALID', `${given}: ${hint}; mapscope --help lists them all`);
}
