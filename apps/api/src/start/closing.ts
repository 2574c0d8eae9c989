import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ON_CLOSED } from '../ports.ts';

/** Runs after the last connection ended, so that no answer under way loses its store. */
@Injectable()
export class Closing implements OnApplicationShutdown {
  constructor(@Inject(ON_CLOSED) private readonly onClosed: () => Promise<void>) {}

  onApplicationShutdown(): Promise<void> {
    return this.onClosed();
  }
}
