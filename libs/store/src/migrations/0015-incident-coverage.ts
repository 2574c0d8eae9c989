/** What an incident's verdict rests on, as the answer said it: read with the incident and asked for by nothing else, so JSON. */
import type { Migration } from './migration.ts';

export const incidentCoverage: Migration = {
  name: '0015-incident-coverage',
  statements: (database) => [
    `ALTER TABLE ${database}.incidents ADD COLUMN IF NOT EXISTS coverage String DEFAULT '' AFTER confidence`,
  ],
};
