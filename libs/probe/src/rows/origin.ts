/** What all rows of one session share. */
export interface Origin {
  readonly service: string;
  readonly platform: string;
  readonly pid: number;
  readonly buildId: string;
}
